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
[ -f /etc/more ] && echo "MORE [$(cat /etc/more)]"
[ -f /sys/hypervisor/type ] && echo "HYPERVISOR [$(cat /sys/hypervisor/type)]"
echo "PROCESSORS [$(cat /sys/devices/system/cpu/online)]"
dmesg | sed -n 's/.*BIOS-e820: /@e820| /p'
sed 's/^/@iomem| /' /proc/iomem
[ -d /sys/firmware/acpi ] && echo "ACPI-TABLES [$(ls /sys/firmware/acpi/tables | tr '\n' ' ')]"
for file in /proc/device-tree/chosen/*; do
    [ -f "$file" ] && echo "@chosen| ${file##*/}=$(od -An -v -tx1 "$file" | tr -d ' \n')"
done
dmesg | sed -n 's/.*] \(efi.*\)/@efi| \1/p'
if [ -f /efivarfs.ko.xz ]; then
    xzcat /efivarfs.ko.xz >/efivarfs.ko
    insmod /efivarfs.ko
fi
if [ -d /sys/firmware/efi ]; then
    for file in /sys/firmware/efi/* /sys/firmware/efi/runtime-map/*/*; do
        [ -f "$file" ] && sed "s|^|@efi\| ${file#/sys/firmware/efi/} |" "$file"
    done
    mount -t efivarfs efivarfs /sys/firmware/efi/efivars
    # Four bytes of attributes, then the value: this reads them through the firmware.
    for file in /sys/firmware/efi/efivars/*; do
        echo "@efi| variable ${file##*/} $(od -An -v -tx1 "$file" | tr -d ' \n')"
    done
fi
[ -e /proc/vmcore ] && . /capture.sh
echo "@second-done"
poweroff -f
