#!/bin/busybox sh
# The init of the second guest: says which kernel it is and what that was handed.
/bin/busybox mkdir -p /proc /sys
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys

# The kernel prints on the same console: keep it from breaking into lines of ours.
echo 1 >/proc/sys/kernel/printk
echo
echo "SECOND-KERNEL-OK $(uname -r)"
echo "CMDLINE [$(cat /proc/cmdline)]"
dmesg | sed -n 's/.*BIOS-e820: /@e820| /p'
sed 's/^/@iomem| /' /proc/iomem
echo "@second-done"
poweroff -f
