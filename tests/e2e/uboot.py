# SPDX-License-Identifier: Apache-2.0
"""A board with a real U-Boot, in QEMU.

Its own environment, with the boot script, is in the board's flash; that with
the boot state is the file uboot.env on a FAT disk, beside one image for each
slot. (U-Boot cannot save to QEMU's flash.) An image is a kernel of a few
instructions, which says its name. This U-Boot is built for one copy of
the environment, without a flag.
"""

import pathlib
import re
import shutil
import struct
import subprocess

UBOOT = "/usr/lib/u-boot/qemu_arm/u-boot.bin"
FLASH_SIZE = 64 << 20     # of QEMU's virt board
FLASH_ENV_SIZE = 0x40000  # CONFIG_ENV_SIZE of U-Boot for it
ENV_SIZE = 0x4000
TIMEOUT_S = 120

# U-Boot takes the environment from the disk, and writes all of it back.
LOAD = """virtio scan;
load virtio 0 $loadaddr uboot.env && env import -c $loadaddr 0x4000"""
SAVE = """env export -c -s 0x4000 $loadaddr &&
fatwrite virtio 0 $loadaddr uboot.env 0x4000"""
RUN = """load virtio 0 $loadaddr $image &&
bootz $loadaddr - $fdtcontroladdr"""

# What CONFIG_BOOTCOUNT_ENV, which this U-Boot is built without, and Mender's
# altbootcmd do.
MENDER = """run load_state;
if test "$upgrade_available" = 1; then
setexpr bootcount $bootcount + 1;
if test $bootcount -gt $bootlimit; then
if test $mender_boot_part = 2; then setenv mender_boot_part 3;
else setenv mender_boot_part 2; fi;
setenv mender_boot_part_hex $mender_boot_part;
setenv upgrade_available 0; setenv bootcount 0;
fi; run save_state; fi;
setenv image $mender_boot_part.bin; run start_image; poweroff"""

# After RAUC's contrib/uboot.sh.
RAUC = """run load_state;
test -n "$BOOT_ORDER" || setenv BOOT_ORDER "A B";
test -n "$BOOT_A_LEFT" || setenv BOOT_A_LEFT 3;
test -n "$BOOT_B_LEFT" || setenv BOOT_B_LEFT 3;
setenv image;
for slot in $BOOT_ORDER; do
if test -n "$image"; then true;
elif test $slot = A; then
if test $BOOT_A_LEFT -gt 0; then
setexpr BOOT_A_LEFT $BOOT_A_LEFT - 1; setenv image A.bin; fi;
elif test $slot = B; then
if test $BOOT_B_LEFT -gt 0; then
setexpr BOOT_B_LEFT $BOOT_B_LEFT - 1; setenv image B.bin; fi;
fi; done;
if test -n "$image"; then run save_state; run start_image;
else setenv BOOT_A_LEFT 3; setenv BOOT_B_LEFT 3; run save_state; fi;
poweroff"""


NEEDS = {"qemu-system-arm": "qemu-system-arm", "mcopy": "mtools",
         "mkfs.vfat": "dosfstools", "fw_setenv": "libubootenv-tool",
         UBOOT: "u-boot-qemu"}
PATH = "/usr/bin:/usr/sbin:/bin:/sbin"


def missing(*needs):
    """Why a test is skipped, or ""."""
    packages = [NEEDS[need] for need in needs
                if not (shutil.which(need, path=PATH) or
                        pathlib.Path("/", need).is_file())]
    return f"port/deps.sh uboot installs {', '.join(packages)}" \
        if packages else ""


def kernel(name):
    """What U-Boot takes for Linux's zImage. It writes [name] to the serial
    line and switches the board off."""
    words = [0xea00000a] + 8 * [0]          # b to behind the header
    words += [0x016f2818, 0, 0x1000]        # magic, start, end
    words += [0xe3a01409]                   # mov r1, #0x09000000
    for char in f"[{name}]\n".encode():
        words += [0xe3a00000 | char,        # mov r0, #char
                  0xe5810000]               # str r0, [r1]
    words += [0xe3a00484, 0xe3800008]       # r0 = PSCI's SYSTEM_OFF
    words += [0xe1400070, 0xeafffffe]       # hvc #0; b .
    return struct.pack(f"<{len(words)}I", *words)


class Board:
    def __init__(self, folder, script, images):
        self.folder = folder
        self.env = folder / "uboot.env"   # as on the disk
        self.disk = folder / "disk.img"
        self.flash = folder / "flash.img"
        self.config = folder / "fw_env.config"
        self.config.write_text(f"{self.env} 0x0 {ENV_SIZE:#x}\n")
        self.make_flash(script)
        self.make_disk(images)

    def run(self, *command, **options):
        return subprocess.run([str(word) for word in command], check=True,
                              timeout=TIMEOUT_S, capture_output=True,
                              text=True, **options).stdout

    def set(self, config, **variables):
        """By fw_setenv, all of them in one write."""
        lines = "".join(f"{name}={' '.join(value.split())}\n"
                        for name, value in variables.items())
        script = self.folder / "script"
        script.write_text(lines)
        none = self.folder / "none"
        none.write_text("none=1\n")
        self.run("fw_setenv", "-c", config, "-f", none, "-s", script)

    def get(self, name):
        out = self.run("fw_printenv", "-c", self.config, "-n", name)
        return out.strip()

    def make_flash(self, script):
        with self.flash.open("wb") as file:
            file.truncate(FLASH_SIZE)
        config = self.folder / "flash.config"
        config.write_text(f"{self.flash} 0x0 {FLASH_ENV_SIZE:#x}\n")
        self.set(config, bootdelay="-2", loadaddr="0x40400000",
                 bootcmd=script, load_state=LOAD, save_state=SAVE,
                 start_image=RUN)

    def make_disk(self, images):
        with self.disk.open("wb") as file:
            file.truncate(8 << 20)
        self.run(shutil.which("mkfs.vfat", path=PATH), self.disk)
        for name in images:
            image = self.folder / f"{name}.bin"
            image.write_bytes(kernel(name))
            self.run("mcopy", "-i", self.disk, image, f"::{name}.bin")

    def factory(self, **variables):
        """The environment that the board is made with."""
        self.env.write_bytes(bytes(ENV_SIZE))
        self.set(self.config, **variables)

    def boot(self):
        """Power on, until it powers off: which image ran."""
        self.run("mcopy", "-D", "o", "-i", self.disk, self.env, "::uboot.env")
        out = self.run(
            "qemu-system-arm", "-M", "virt", "-m", "128", "-bios", UBOOT,
            "-nographic", "-monitor", "none", "-serial", "stdio",
            "-nic", "none", "-no-reboot",
            "-drive", f"if=pflash,index=1,format=raw,file={self.flash}",
            "-drive", f"if=none,id=disk,format=raw,file={self.disk}",
            "-device", "virtio-blk-device,drive=disk",
            stdin=subprocess.DEVNULL)
        self.run("mcopy", "-n", "-o", "-i", self.disk, "::uboot.env", self.env)
        ran = re.findall(r"\[([23AB])\]", out)
        if len(ran) != 1:
            raise AssertionError(out)
        return ran[0]
