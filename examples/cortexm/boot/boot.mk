# SPDX-License-Identifier: Apache-2.0
# The bootloader, and the program that tests start by it. Part of Makefile.

BOOT = $(BUILD)/boot
BOOT_CC = arm-none-eabi-gcc -mcpu=cortex-m3 -mthumb
BOOT_INCLUDE = -Iinclude -Iport -Iexamples/cortexm -Iexamples/cortexm/boot \
    -isystem $(MBEDTLS_DIR)/include
BOOT_MBEDTLS = -DMBEDTLS_CONFIG_FILE='<mbedtls_boot.h>'
BOOT_MAX = 6144     # bytes; the boot record has the rest of the 8 KiB

# What both are made of; unused functions are left out.
BOOT_BOARD = $(patsubst %,$(BOOT)/examples/cortexm/%.o, \
    startup semihost flash_semihost board uart watchdog)
BOOT_PORT = $(patsubst %,$(BOOT)/port/%.o,flash_cortexm ab_record ab_image)
BOOT_O = $(BOOT_BOARD) $(BOOT_PORT) $(BOOT)/port/ab_start.o \
    $(BOOT)/mbedtls/sha256.o $(BOOT)/mbedtls/platform_util.o \
    $(BOOT)/examples/cortexm/boot/main.o
BOOT_APP_O = $(BOOT_BOARD) $(BOOT_PORT) $(BOOT)/port/boot_ab.o \
    $(BOOT)/tests/port/port_check.o $(BOOT)/tests/firmware/boot_app.o

$(BOOT)/tests/%.o: BOOT_INCLUDE += -Itests
$(BOOT)/version/%/image.o: BOOT_INCLUDE += -DIMAGE_VERSION='"$*"'

boot_compile = @mkdir -p $(@D); echo "  CC $<"; $(BOOT_CC) -std=c11 -Os \
    $(SECTIONS) -MD -MP $(BOOT_MBEDTLS) $(BOOT_INCLUDE)
boot_link = @echo "  LD $@"; $(BOOT_CC) --specs=nano.specs -nostartfiles \
    -Wl,--gc-sections -Lexamples/cortexm -Wl,-Map=$(@:.elf=.map) -o $@

$(BOOT)/mbedtls/%.o: $(MBEDTLS_DIR)/library/%.c build/deps/firmware.stamp
	$(boot_compile) -w -I$(MBEDTLS_DIR)/library -c $< -o $@

$(BOOT)/version/%/image.o: examples/cortexm/image.c build/deps/firmware.stamp
	$(boot_compile) $(WARN) -c $< -o $@

$(BOOT)/%.o: %.c build/deps/firmware.stamp
	$(boot_compile) $(WARN) -c $< -o $@

BOOT_LD = examples/cortexm/sections.ld

$(BOOT)/boot.elf: $(BOOT_O) examples/cortexm/boot.ld $(BOOT_LD)
	$(boot_link) -T boot.ld -Wl,--defsym=__stack_size=2048 $(BOOT_O)

# A version for each slot, as a release has it: app-1.0.0-a.img ...
$(BOOT)/app-%-a.elf: $(BOOT_APP_O) $(BOOT)/version/%/image.o \
    examples/cortexm/slot_a.ld $(BOOT_LD)
	$(boot_link) -T slot_a.ld $(filter %.o,$^)
$(BOOT)/app-%-b.elf: $(BOOT_APP_O) $(BOOT)/version/%/image.o \
    examples/cortexm/slot_b.ld $(BOOT_LD)
	$(boot_link) -T slot_b.ld $(filter %.o,$^)

$(BOOT)/%.bin: $(BOOT)/%.elf
	@arm-none-eabi-objcopy -O binary $< $@

$(BOOT)/%.img: $(BOOT)/%.bin examples/cortexm/image.py
	@python3 examples/cortexm/image.py $< $@

BOOT_TEST = $(BOOT)/boot.bin $(patsubst %,$(BOOT)/app-%.img,1.0.0-a 1.0.0-b \
    1.1.0-a 1.1.0-b)

firmware-boot-test: $(BOOT_TEST)
	@size=$$(wc -c <$(BOOT)/boot.bin); \
	    echo "bootloader: $$size of $(strip $(BOOT_MAX)) bytes"; \
	    test $$size -le $(BOOT_MAX)
	@python3 -B tests/firmware/test_boot.py

.PHONY: firmware-boot-test
