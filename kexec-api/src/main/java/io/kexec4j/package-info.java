/**
 * The front door: builds a kexec image.
 *
 * <pre>{@code
 * Target target = TargetFiles.ofRunningSystem().read();        // or of a captured directory, or by hand
 * KexecImage image = KexecImageBuilder.forTarget(target)
 *         .kernel(Path.of("/boot/vmlinuz"))
 *         .initrd(Path.of("/boot/initrd.img"))
 *         .commandLine("root=/dev/sda1 ro console=ttyS0")
 *         .build();
 * System.out.print(image.describe());
 * }</pre>
 *
 * <p>Data flows one way: files and the facts of a {@link io.kexec4j.target.Target} become a
 * {@link io.kexec4j.image.KexecImage}, which module {@code io.kexec4j.linux} can submit to the running kernel. Nothing in this
 * module needs root, changes the machine it runs on, or cares which machine that is.
 *
 * <p>The packages are floors; each uses only those before it: {@code error}, {@code bytes}, {@code memory}, {@code image}, {@code container},
 * {@code kernel}, {@code target}, {@code boot} with one package an architecture, {@code report}, and this one.
 */
@NullMarked
package io.kexec4j;

import org.jspecify.annotations.NullMarked;
