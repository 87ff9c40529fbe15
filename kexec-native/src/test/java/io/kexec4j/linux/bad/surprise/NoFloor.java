package io.kexec4j.linux.bad.surprise;

/** Breaks a rule on purpose: a package that nobody has put on a floor. */
public final class NoFloor {}
