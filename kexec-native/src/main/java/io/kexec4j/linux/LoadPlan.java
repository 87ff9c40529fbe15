package io.kexec4j.linux;

import io.kexec4j.image.KexecFiles;
import io.kexec4j.image.KexecImage;

/**
 * What is to be loaded, in the forms that the two system calls take, and which call is wanted. Either form stands for the whole
 * request: one that cannot express a part of it is {@linkplain LoadForm#impossible impossible}, because it may be chosen.
 *
 * @param mode which call is wanted
 * @param slot where the image goes; both forms must agree with it
 * @param image for {@link LoadCall#KEXEC_LOAD}
 * @param files for {@link LoadCall#KEXEC_FILE_LOAD}
 */
public record LoadPlan(LoadMode mode, ImageSlot slot, LoadForm<KexecImage> image, LoadForm<KexecFiles> files) {}
