# SPDX-License-Identifier: Apache-2.0
# The firmware of this example, in two profiles. Included by the Makefile.
#
#   $(F)/PROFILE/X.o                          one object of a profile
#   $(F)/PROFILE/VERSION-SLOT.{elf,map}       a program linked for slot a or b
#   $(F)/PROFILE/thermostat-m3-VERSION-SLOT.bin   the same as it is released
#
# A profile is config_PROFILE.h and mbedtls_PROFILE.h.

LWIP_DIR = build/deps/lwip
F = $(BUILD)/firmware
PROFILES = public private

ifneq ($(filter firmware% demo-firmware,$(MAKECMDGOALS)),)
include build/deps/firmware.stamp
endif

# --- Sources ---------------------------------------------------------------

FIRMWARE = $(filter-out %/image.c %/identity.c,$(wildcard examples/cortexm/*.c))
FIRMWARE_PORT = port/net_lwip.c port/sys_cortexm.c port/flash_cortexm.c \
    port/mem_arena.c port/boot_ab.c port/ab_record.c port/ab_image.c
LWIP = $(addprefix $(LWIP_DIR)/src/,$(addprefix core/,def.c dns.c \
    inet_chksum.c init.c ip.c mem.c memp.c netif.c pbuf.c stats.c sys.c tcp.c \
    tcp_in.c tcp_out.c timeouts.c udp.c ipv4/dhcp.c ipv4/etharp.c ipv4/icmp.c \
    ipv4/ip4.c ipv4/ip4_addr.c) netif/ethernet.c)

firmware_o = $(patsubst %.c,$(F)/$(1)/%.o,$(CORE) $(FIRMWARE_PORT) \
    $(FIRMWARE)) $(patsubst $(MBEDTLS_DIR)/library/%.c,$(F)/$(1)/mbedtls/%.o,\
    $(MBEDTLS)) \
    $(patsubst $(LLHTTP_DIR)/src/%.c,$(F)/$(1)/llhttp/%.o,$(filter-out \
    %/llhttp.c,$(LLHTTP))) $(F)/$(1)/llhttp.o \
    $(patsubst $(LWIP_DIR)/src/%.c,$(F)/$(1)/lwip/%.o,$(LWIP)) \
    $(F)/$(1)/roots.o $(F)/$(1)/key.o

# WHOLE_LLHTTP=1 takes llhttp.c as it is, which costs 20 KiB: for an llhttp that
# port/llhttp/llhttp_response.py does not know.
WHOLE_LLHTTP =
llhttp_parser = $(if $(WHOLE_LLHTTP),$(LLHTTP_DIR)/src/llhttp.c,\
    port/llhttp/llhttp_response.c $(BUILD)/llhttp_program.h)

# Arguments of port/anchors.py. By default the roots of the local GitHub, which
# are made again each week; for a product for example
# ROOTS="--list port/anchors_github.txt --system". Bare, unless BARE is empty.
ROOTS =
roots_public = $(shell cd tests && python3 -B -c \
    'from github.pki import Pki; print(Pki().ca_file)')
roots_private = $(roots_public) --subject 'Local Root EC'

# --- Compiling -------------------------------------------------------------

# Beyond -Os: a function is not taken into another when the stacks of both add
# up (half a KiB less is used, for as much flash), and what is computed once
# before a loop, or once for many places, costs more room than it saves time
# (0.8 KiB, and 2 % of the time).
ARM_FLAGS = -mcpu=cortex-m3 -mthumb -Os -g -std=c11 -ffunction-sections \
    -fdata-sections -fno-common -flto=auto -fconserve-stack \
    -fno-move-loop-invariants -fno-tree-loop-im -fno-tree-dominator-opts
# What was compiled without warnings, mbedTLS, is optimized with them here.
ARM_LINK = --specs=nano.specs -nostartfiles -Wl,--gc-sections \
    -Wl,--fatal-warnings -Wno-maybe-uninitialized

# One profile's settings reach every file of it.
profile = -include examples/cortexm/config_$(1).h \
    -DMBEDTLS_CONFIG_FILE='<mbedtls_$(1).h>' -Iport/mbedtls -Iexamples/cortexm
firmware_third = -isystem $(LWIP_DIR)/src/include \
    -isystem $(MBEDTLS_DIR)/include -isystem $(LLHTTP_DIR)/include \
    -isystem $(JSMN_DIR)
arm_compile = @mkdir -p $(@D); $(if $(V),,echo "  CC $(notdir $@)";) \
    $(if $(V),set -x;) $(ARM_CC) $(ARM_FLAGS) -MD -MP

# client/X.h says what a client has no use for in X.c of mbedTLS or lwIP.
client = $(addprefix -include ,$(wildcard examples/cortexm/client/$(*F).h))

# Bytes. Painted, and how much was used is told: see tests/firmware/size.py.
stack_public = 3072
stack_private = 2560

define firmware_profile
$(F)/$(1)/core/%.o: core/%.c $(F)/flags
	$$(arm_compile) $(WARN) -Iinclude -Icore $(profile) $(firmware_third) \
	    -c $$< -o $$@
$(F)/$(1)/port/%.o: port/%.c $(F)/flags
	$$(arm_compile) $(WARN) -Iinclude -Iport $(profile) $(firmware_third) \
	    -c $$< -o $$@
$(F)/$(1)/examples/%.o: examples/%.c $(F)/flags
	$$(arm_compile) $$(EXTRA) $(WARN) -Iinclude -Iport $(profile) \
	    $(firmware_third) -c $$< -o $$@
$(F)/$(1)/examples/cortexm/string.o: EXTRA = -fno-lto -fno-builtin \
    -fno-tree-loop-distribute-patterns
$(F)/$(1)/mbedtls/%.o: $(MBEDTLS_DIR)/library/%.c $(F)/flags
	$$(arm_compile) -w $(profile) -I$(MBEDTLS_DIR)/include \
	    -I$(MBEDTLS_DIR)/library $$(client) -c $$< -o $$@
$(F)/$(1)/llhttp/%.o: $(LLHTTP_DIR)/src/%.c $(F)/flags
	$$(arm_compile) -w -I$(LLHTTP_DIR)/include -c $$< -o $$@
$(F)/$(1)/llhttp.o: $(llhttp_parser) $(F)/flags
	$$(arm_compile) $(if $(WHOLE_LLHTTP),-w,$(WARN)) -I$(BUILD) \
	    $(firmware_third) -c $$< -o $$@
$(F)/$(1)/lwip/%.o: $(LWIP_DIR)/src/%.c $(F)/flags
	$$(arm_compile) -w $(profile) -isystem $(LWIP_DIR)/src/include \
	    $$(client) -c $$< -o $$@
$(F)/$(1)/key.o: $(F)/key.c $(F)/flags
	$$(arm_compile) $(WARN) -Iinclude $(profile) -c $$< -o $$@
$(F)/$(1)/roots.o: $(F)/$(1)/roots.c $(F)/flags
	$$(arm_compile) $(WARN) -Iinclude $(profile) -c $$< -o $$@

$(F)/$(1)/roots.c: FORCE
	@mkdir -p $$(@D)
	@python3 -B port/anchors.py $(BARE) --name thermostat_roots \
	    --c $$@.new $$(or $(ROOTS),$$(roots_$(1)))
	@cmp -s $$@.new $$@ && rm $$@.new || mv $$@.new $$@

# A program: what all versions share, and who it is.
$(F)/$(1)/%-a.elf: $(call firmware_o,$(1)) examples/cortexm/identity.c \
    examples/cortexm/image.c
	$$(call firmware_link,$(1),a,A)
$(F)/$(1)/%-b.elf: $(call firmware_o,$(1)) examples/cortexm/identity.c \
    examples/cortexm/image.c
	$$(call firmware_link,$(1),b,B)
$(F)/$(1)/thermostat-m3-%.bin: $(F)/$(1)/%.elf examples/cortexm/image.py
	@arm-none-eabi-objcopy -O binary $$< $$(@:.bin=.raw)
	@examples/cortexm/image.py $$(@:.bin=.raw) $$@
endef

firmware_link = $(if $(V),,@echo "  LD $(1)/$(notdir $@)"); \
    $(ARM_CC) $(ARM_FLAGS) $(WARN) -Iinclude $(profile) $(ARM_LINK) \
    -DIMAGE_VERSION='"$*"' -DIDENTITY_VERSION='"$*"' -DIDENTITY_SLOT_$(3) \
    -DIDENTITY_BUILT=$(FIRMWARE_BUILT) \
    -DIDENTITY_BUG=$(or $(BUG_$*),IDENTITY_GOOD) -Lexamples/cortexm \
    -T slot_$(2).ld -Wl,--defsym=__stack_size=$(stack_$(1)) \
    -Wl,-Map=$(@:.elf=.map) $(filter %.o %.c,$^) -o $@

# A program for GitHub's servers, of which firmware-size is told. What tests run
# differs in the roots alone.
$(F)/public/github.c: port/anchors.py port/anchors_der.py \
    port/anchors_github.txt $(wildcard $(CA_BUNDLE)) | build/deps/anchors.stamp
	@mkdir -p $(@D)
	@python3 -B port/anchors.py $(BARE) --name thermostat_roots --c $@ \
	    --list port/anchors_github.txt $(CA_BUNDLE)
$(F)/public/github.o: $(F)/public/github.c $(F)/flags
	$(arm_compile) $(WARN) -Iinclude $(call profile,public) -c $< -o $@
$(F)/public/%-github.elf: $(F)/public/github.o \
    $(filter-out %/roots.o,$(call firmware_o,public)) \
    examples/cortexm/identity.c examples/cortexm/image.c
	$(call firmware_link,public,a,A)

# The time before which no certificate may have expired: that of the commit.
FIRMWARE_BUILT := $(shell git log -1 --format=%ct 2>/dev/null || echo 0)

$(foreach p,$(PROFILES),$(eval $(call firmware_profile,$(p))))

# The key of the tests; KEY=FILE.c has that of a product. See identity.h.
KEY =
$(F)/key.c: FORCE
	@mkdir -p $(@D)
	@$(if $(KEY),cat $(KEY),python3 -B tests/firmware/key.py $(F)) >$@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

$(F)/flags: FORCE
	@mkdir -p $(@D)
	@echo "$(ARM_CC) $(ARM_FLAGS) $(WARN) $(firmware_third) \
	    $(llhttp_parser)" >$@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

# --- What is built ---------------------------------------------------------

# Two good versions and two bad ones; the last is installed from slot a only.
FIRMWARE_GOOD = 1.0.0-a 1.0.0-b 1.1.0-a 1.1.0-b
FIRMWARE_BAD = 1.2.0-a 1.2.0-b 1.3.0-b
BUG_1.2.0 = IDENTITY_CRASHES
BUG_1.3.0 = IDENTITY_HANGS
FIRMWARE_IMAGES = $(FIRMWARE_GOOD:%=$(F)/public/thermostat-m3-%.bin) \
    $(FIRMWARE_GOOD:%=$(F)/private/thermostat-m3-%.bin) \
    $(FIRMWARE_BAD:%=$(F)/private/thermostat-m3-%.bin) $(BUILD)/boot/boot.bin

firmware: $(FIRMWARE_IMAGES)

# lwIP with its assertions, which a product has no room for: tests of the
# network start from this 1.0.0.
ASSERTS = $(F)/asserts
ASSERTS_O = $(patsubst $(F)/private/lwip/%,$(ASSERTS)/lwip/%,\
    $(call firmware_o,private))
$(ASSERTS)/lwip/%.o: $(LWIP_DIR)/src/%.c $(F)/flags
	$(arm_compile) -w $(call profile,private) -DFIRMWARE_ASSERT \
	    -fmacro-prefix-map=$(LWIP_DIR)/src/= \
	    -isystem $(LWIP_DIR)/src/include -c $< -o $@
$(ASSERTS)/%-a.elf: $(ASSERTS_O) examples/cortexm/identity.c \
    examples/cortexm/image.c
	$(call firmware_link,private,a,A)
$(ASSERTS)/thermostat-m3-%.bin: $(ASSERTS)/%.elf examples/cortexm/image.py
	@arm-none-eabi-objcopy -O binary $< $(@:.bin=.raw)
	@examples/cortexm/image.py $(@:.bin=.raw) $@

# port_check with the parts of the thermostat, but without the thermostat.
CHECK = $(F)/private
CHECK_O = $(filter-out %/main.o %/update.o,$(call firmware_o,private)) \
    $(CHECK)/tests/port/port_check.o $(CHECK)/tests/port/port_check_net.o \
    $(CHECK)/tests/firmware/check_main.o
$(CHECK)/tests/%.o: tests/%.c $(F)/flags
	$(arm_compile) $(WARN) -Iinclude -Iport -Itests $(call profile,private) \
	    $(firmware_third) -c $< -o $@
$(CHECK)/check.elf: $(CHECK_O)
	@echo "  LD private/check.elf"
	@$(ARM_CC) $(ARM_FLAGS) $(ARM_LINK) -Lexamples/cortexm -T slot_single.ld \
	    $^ -o $@
$(CHECK)/check.bin: $(CHECK)/check.elf
	@arm-none-eabi-objcopy -O binary $< $@

# net_lwip here, over lwIP's loopback interface.
HOST_LWIP = $(F)/host
HOST_LWIP_O = $(patsubst $(LWIP_DIR)/src/%.c,$(HOST_LWIP)/lwip/%.o,$(LWIP)) \
    $(patsubst %.c,$(HOST_LWIP)/%.o,tests/firmware/host/test_net_lwip.c \
    port/net_lwip.c port/sys_posix.c tests/port/port_check_net.c \
    tests/support/test.c)
HOST_LWIP_FLAGS = -g -fsanitize=address,undefined -fno-sanitize-recover=all \
    -MD -MP -Itests/firmware/host -isystem $(LWIP_DIR)/src/include
$(HOST_LWIP)/lwip/%.o: $(LWIP_DIR)/src/%.c
	@mkdir -p $(@D)
	@$(CC) -std=gnu11 -O1 -w $(HOST_LWIP_FLAGS) -c $< -o $@
$(HOST_LWIP)/%.o: %.c
	@mkdir -p $(@D)
	@$(CC) -std=c11 -O1 $(WARN) $(HOST_LWIP_FLAGS) -Iinclude -Iport -Itests \
	    -c $< -o $@
$(F)/test_net_lwip: $(HOST_LWIP_O)
	@$(CC) -fsanitize=address,undefined $^ -o $@

firmware-ports-test: $(CHECK)/check.bin $(F)/test_net_lwip
	@python3 -B tests/firmware/test_ports.py

SHIPPED = private=$(F)/private/1.0.0-a.elf public=$(F)/public/1.0.0-github.elf
shipped: $(FIRMWARE_IMAGES) $(F)/public/1.0.0-github.elf

firmware-test: shipped $(ASSERTS)/thermostat-m3-1.0.0-a.bin
	@python3 -B tests/firmware/test_update.py
	@python3 -B tests/firmware/size.py --figures $(SHIPPED)

demo-firmware: $(FIRMWARE_IMAGES)
	@python3 -B tests/firmware/demo.py

firmware-size: shipped
	@python3 -B tests/firmware/size.py $(SHIPPED)

.PHONY: firmware shipped demo-firmware firmware-test firmware-ports-test firmware-size
