/**
 * How long it takes to build images, in JMH ({@code *Benchmark}) and in whole processes, beside what C programs take for the
 * same files. Start reading at Main.
 */
@NullMarked
package io.kexec4j.examples.benchmarks;

import org.jspecify.annotations.NullMarked;
