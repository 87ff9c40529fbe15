/**
 * What is different in two device trees.
 *
 * <p>{@link io.kexec4j.fdt.diff.TreeDiff} compares any two trees, flattened or edited, and gives a list of
 * {@linkplain io.kexec4j.fdt.diff.Difference differences}. As text, it is something to read in the log of a test, or before an
 * edited tree is given to a kernel:
 *
 * <pre>{@code
 * EditableTree edited = tree.edit();
 * edited.root().childOrAdd("chosen").set("bootargs", PropertyValue.ofStrings("quiet"));
 * System.out.print(TreeDiff.between(tree, edited));
 *
 * ~ /chosen: bootargs = "debug" -> "quiet"
 * }</pre>
 *
 * <p>As values, it answers questions, such as whether anything but {@code /chosen} has changed:
 *
 * <pre>{@code
 * boolean isHarmless = diff.differences().stream().allMatch(each -> each.path().equals("/chosen"));
 * }</pre>
 *
 * <p>The order of nodes and properties is not compared unless {@link io.kexec4j.fdt.diff.Order#COMPARED} is asked for. It
 * matters where a name without a unit address finds the first of several nodes, and to those who compare blobs byte by
 * byte.
 */
@NullMarked
package io.kexec4j.fdt.diff;

import org.jspecify.annotations.NullMarked;
