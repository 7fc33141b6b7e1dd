# SPDX-License-Identifier: Apache-2.0
# rota: releases over the air. "make help" lists what can be made.
#
# A new .c file in one of these folders is found by itself:
#   core/ROOM/X.c port/X.c      into librota.a
#   examples/agent/X.c          into the program rota
#   examples/publish/ROOM/X.c   into the program rota-publish
#   examples/common/X.c         into both
#   tests/ROOM/test_X.c         a test program of its own
#   tests/ROOM/X.c              a helper that any test program may use
# Nothing is written outside build/.

BUILD = build/host
PREFIX = /usr/local
VERSION = $(shell sed -n 's/^\#define ROTA_VERSION "\(.*\)"/\1/p' include/rota.h)

ifeq ($(origin CC),default)
CC = gcc
endif
ifeq ($(filter -j%,$(MAKEFLAGS)),)
MAKEFLAGS += -j$(shell nproc 2>/dev/null || echo 1)
endif
CFLAGS = -O2 -g
WARN = -Wall -Wextra -pedantic -Wconversion -Wshadow -Wmissing-prototypes \
    -Wvla -Werror

MBEDTLS_DIR = build/deps/mbedtls
LLHTTP_DIR = build/deps/llhttp
JSMN_DIR = build/deps/jsmn

help_text = \
    "all          librota.a, the agent rota, rota-publish (the default)" \
    "publish      rota-publish alone; all leaves it out when cross-compiling" \
    "anchors      GitHub's roots as C arrays: $(BUILD)/anchors_github.c" \
    "deps         fetch what any of these needs; each fetches its own itself" \
    "test         every test; T=PATTERN for some" \
    "san          the same under address and undefined behaviour sanitizers" \
    "powercut     an update cut at every write to flash; CUTS=N EVERY=N" \
    "netcut       an update over a network cut at every byte; RUNS=N BYTES=N" \
    "mutants      faults put into the safety code, each to be noticed; M=NAME" \
    "attack       each known attack, with its defence and without; M=NAME" \
    "killtest     the agent killed at 200 moments of an update; KILL=--seed=N" \
    "demo         a device updates itself, survives a bad release: a story" \
    "bench        against curl, jq and sha256sum; BENCH=--quick" \
    "size         code and RAM on Cortex-M, against tests/size.txt" \
    "portability  other processors: warnings, and tests on a big-endian one" \
    "firmware-boot-test  the microcontroller's bootloader, in QEMU; KILLS=N" \
    "firmware     a microcontroller's images: examples/cortexm" \
    "demo-firmware  a microcontroller updates itself: a story" \
    "firmware-test  they update themselves, in QEMU; KILLS=N" \
    "firmware-ports-test  the ports they use, in QEMU, against their contract" \
    "firmware-size  what they take, against tests/firmware/size.txt" \
    "conformance  the local GitHub against its published schema and client" \
    "endpoints    a table: all endpoints, of github.com and of Enterprise" \
    "publishkill  a release of 20 files, killed at 100 moments; KILLS=N" \
    "publishlarge 1 GiB up and down, and the memory that takes; MIB=N" \
    "format       check the layout of the code; FIX=1 changes it" \
    "install      into DESTDIR, below PREFIX ($(PREFIX))" \
    "clean        all but the fetched sources"

all: $(BUILD)/librota.a $(BUILD)/rota $(BUILD)/rota.pc

# Releases are made on this machine, whatever others the library is for.
PUBLISH = $(BUILD)/rota-publish
publish: $(PUBLISH)
ifneq ($(filter $(shell uname -m)-%,$(shell $(CC) -dumpmachine 2>/dev/null)),)
all: $(PUBLISH)
endif

.PHONY: all publish anchors deps demo test powercut netcut killtest mutants \
    attack bench size san format conformance endpoints publishkill \
    publishlarge clean install help test-programs check-symbols FORCE
.DELETE_ON_ERROR:
.SECONDARY:

# --- Dependencies ----------------------------------------------------------

# The lists of sources below need the fetched trees. Make remakes a missing
# included file first and then starts over, so they are there in time.
build_free = help anchors clean format size
ifneq ($(filter-out $(build_free),$(or $(MAKECMDGOALS),all)),)
include build/deps/build.stamp
endif

build/deps/%.stamp: port/deps.sh
	@MBEDTLS_DIR='$(MBEDTLS_DIR)' LLHTTP_DIR='$(LLHTTP_DIR)' \
	    JSMN_DIR='$(JSMN_DIR)' port/deps.sh $*

deps: $(patsubst %,build/deps/%.stamp,build publish test anchors demo bench \
    uboot clang format size firmware portability)
	@:

MBEDTLS_CONFIG = -DMBEDTLS_CONFIG_FILE='<rota_mbedtls_config.h>' \
    -Iport/mbedtls

# --- Sources ---------------------------------------------------------------

CORE = $(wildcard core/*/*.c)
# flash_cortexm is plain C, and tested here.
PORT = port/flash_cortexm.c $(filter-out %_lwip.c %_cortexm.c %_esp.c \
    %_zephyr.c %_x86.c, $(wildcard port/*.c))
AGENT = $(wildcard examples/agent/*.c)
PUBLISHER = $(wildcard examples/publish/*.c examples/publish/*/*.c)
COMMON = $(wildcard examples/common/*.c)
TESTS = $(wildcard tests/*/test_*.c)
SIMULATORS = tests/device/powercut.c tests/device/netcut.c
ROOMS = $(patsubst %,tests/%,agent core device port publish support tls)
HELPERS = $(filter-out $(TESTS) $(SIMULATORS) %_main.c, \
    $(wildcard $(ROOMS:%=%/*.c)))
MBEDTLS = $(wildcard $(MBEDTLS_DIR)/library/*.c)
LLHTTP = $(wildcard $(LLHTTP_DIR)/src/*.c)

# Instructions for AES and SHA-256 that x86 processors may have: used where
# they are found at run time. The compiler must be let use them in aesni.c;
# all that have AES have SSSE3. -O3 doubles the speed of the SHA-256 loop.
ifneq ($(filter x86_64-%,$(shell $(CC) -dumpmachine 2>/dev/null)),)
PORT += port/sha256_x86.c
MBEDTLS_CONFIG += -DMBEDTLS_SHA256_PROCESS_ALT
$(BUILD)/mbedtls/aesni.o: EXTRA = -maes -mpclmul -mssse3
$(BUILD)/port/sha256_x86.o: EXTRA = -O3
endif

objects = $(patsubst %.c,$(BUILD)/%.o,$(1))
CORE_O = $(call objects,$(CORE))
PORT_O = $(call objects,$(PORT))
AGENT_O = $(call objects,$(AGENT))
PUBLISHER_O = $(call objects,$(PUBLISHER))
COMMON_O = $(call objects,$(COMMON))
# What tests/support/faketls.c stands in for where the server is a script.
REAL_TLS = $(BUILD)/core/tls/tls.o
FAKE_TLS = $(BUILD)/tests/support/faketls.o
HELPERS_O = $(filter-out $(FAKE_TLS),$(call objects,$(HELPERS)))
DEPS_O = $(patsubst $(MBEDTLS_DIR)/library/%.c,$(BUILD)/mbedtls/%.o,$(MBEDTLS)) \
    $(patsubst $(LLHTTP_DIR)/src/%.c,$(BUILD)/llhttp/%.o,$(LLHTTP))

# --- Compiling -------------------------------------------------------------

# Unused functions, of mbedTLS above all, are left out by the linker.
SECTIONS = -ffunction-sections -fdata-sections
LDFLAGS = -Wl,--gc-sections -pthread

ifdef SANITIZE
SAN = -fsanitize=address,undefined -fno-sanitize-recover=all \
    -fno-omit-frame-pointer
endif

THIRD = $(MBEDTLS_CONFIG) -isystem $(MBEDTLS_DIR)/include \
    -isystem $(LLHTTP_DIR)/include -isystem $(JSMN_DIR)

# What each folder may include. Dependencies point down only.
$(BUILD)/core/%.o: INCLUDE = -Iinclude -Icore
$(BUILD)/port/%.o: INCLUDE = -Iinclude -Iport
$(BUILD)/examples/%.o: INCLUDE = -Iinclude -Iport -Iexamples/common
$(BUILD)/examples/publish/%.o: INCLUDE += -Icore -Iexamples/publish
$(BUILD)/tests/%.o: INCLUDE = -Iinclude -Icore -Iport -Itests \
    -Iexamples/agent -Iexamples/common

compile = @mkdir -p $(@D); $(if $(V),,echo "  CC $<";) \
    $(if $(V),set -x;) $(CC) -std=c11 $(CFLAGS) $(SECTIONS) $(SAN) -MD -MP
link = @mkdir -p $(@D); $(if $(V),,echo "  LD $@";) \
    $(if $(V),set -x;) $(CC) $(CFLAGS) $(SAN) $(LDFLAGS) -o $@

$(BUILD)/%.o: %.c $(BUILD)/flags
	$(compile) $(EXTRA) $(WARN) $(INCLUDE) $(THIRD) -c $< -o $@

$(BUILD)/mbedtls/%.o: $(MBEDTLS_DIR)/library/%.c $(BUILD)/flags
	$(compile) -w $(EXTRA) $(MBEDTLS_CONFIG) -I$(MBEDTLS_DIR)/include \
	    -I$(MBEDTLS_DIR)/library -c $< -o $@

$(BUILD)/llhttp/%.o: $(LLHTTP_DIR)/src/%.c $(BUILD)/flags
	$(compile) -w -I$(LLHTTP_DIR)/include -c $< -o $@

# What firmware has instead of llhttp.c.
$(BUILD)/llhttp_program.h: $(LLHTTP_DIR)/src/llhttp.c core/http/http.c \
    $(wildcard port/llhttp/*.py)
	@mkdir -p $(@D)
	@python3 -B port/llhttp/llhttp_response.py $(LLHTTP_DIR)/src/llhttp.c \
	    core/http/http.c $@

$(BUILD)/tests/port/llhttp_small.o: INCLUDE += -I$(BUILD)
$(BUILD)/tests/port/llhttp_small.o: $(BUILD)/llhttp_program.h

# Other flags make other objects.
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@echo "$(CC) $(CFLAGS) $(SAN) $(WARN) $(THIRD)" >$@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

# --- What is built ---------------------------------------------------------

# One archive with llhttp and mbedTLS inside: -lrota is all that a user links.
$(BUILD)/librota.a: $(CORE_O) $(PORT_O) $(DEPS_O)
$(BUILD)/librota_faketls.a: $(filter-out $(REAL_TLS),$(CORE_O)) $(FAKE_TLS) \
    $(PORT_O) $(DEPS_O)
$(BUILD)/libtests.a: $(HELPERS_O)
$(BUILD)/libcommon.a: $(COMMON_O)
$(BUILD)/libagent.a: $(filter-out %/main.o,$(AGENT_O))
%.a:
	@rm -f $@
	@ar qcs $@ $^

$(BUILD)/rota: $(AGENT_O) $(BUILD)/libcommon.a $(BUILD)/librota.a
	$(link) $^ $(LDLIBS)

# The publisher is made of core's own parts. Private keys are libcrypto's.
$(PUBLISHER_O): | build/deps/publish.stamp
$(PUBLISH): $(BUILD)/examples/publish/main.o $(BUILD)/libpublish.a \
    $(BUILD)/libcommon.a $(BUILD)/librota.a
	$(link) $^ -lcrypto $(LDLIBS)
$(BUILD)/libpublish.a: $(filter-out %/main.o,$(PUBLISHER_O))

# Its parts, tested by themselves.
PUBLISH_TESTS = $(patsubst %.c,$(BUILD)/%,$(wildcard \
    tests/publish/test_*.c)) $(BUILD)/tests/publish/endpoints_main
$(PUBLISH_TESTS:=.o): INCLUDE += -Iexamples/publish
$(PUBLISH_TESTS): %: %.o $(BUILD)/libtests.a $(BUILD)/libpublish.a \
    $(BUILD)/libcommon.a $(BUILD)/librota.a
	$(link) $^ -lcrypto $(LDLIBS)

# The demo's program, once for each of its versions. 1.2.0 crashes.
DEMO = $(patsubst %,$(BUILD)/demo/thermostat-%,1.0.0 1.1.0 1.2.0 1.2.1)
DEMO_C = $(wildcard examples/agent/demo/*.c)
$(BUILD)/demo/thermostat-%: $(DEMO_C) examples/agent/demo/version.h \
    $(BUILD)/librota.a
	$(link) -std=c11 $(WARN) -Iinclude -Iport \
	    -DTHERMOSTAT_VERSION='"$*"' -DTHERMOSTAT_BUG=$(if $(filter \
	    1.2.0,$*),1,0) $(filter-out %.h,$^) $(LDLIBS)

# A test program speaks to a script, without encryption; those of tests/tls/
# speak to a server, by the core's own TLS.
$(BUILD)/tests/%: $(BUILD)/tests/%.o $(BUILD)/libtests.a $(BUILD)/libagent.a \
    $(BUILD)/libcommon.a $(BUILD)/librota_faketls.a
	$(link) $^ $(LDLIBS)

$(BUILD)/tests/tls/%: $(BUILD)/tests/tls/%.o $(BUILD)/libtests.a \
    $(BUILD)/librota.a
	$(link) $^ $(LDLIBS)

# What is attacked has nothing of the tests in it.
$(BUILD)/tests/attack/%: $(BUILD)/tests/attack/%.o $(BUILD)/librota.a
	$(link) $^ $(LDLIBS)

# Roots for firmware, from this machine's bundle of roots; see anchors.py.
CA_BUNDLE = /etc/ssl/certs/ca-certificates.crt
export CA_BUNDLE
anchors: $(BUILD)/anchors_github.c
BARE = --bare
$(BUILD)/anchors_github.c: port/anchors.py port/anchors_der.py \
    port/anchors_github.txt $(wildcard $(CA_BUNDLE)) | build/deps/anchors.stamp
	@mkdir -p $(@D)
	@python3 -B port/anchors.py --list port/anchors_github.txt $(BARE) \
	    --name rota_anchors_github --c $@ $(CA_BUNDLE)
$(BUILD)/anchors_github.o: $(BUILD)/anchors_github.c $(BUILD)/flags
	$(compile) $(WARN) -Iinclude -c $< -o $@
$(BUILD)/tests/port/test_anchors_github: $(BUILD)/anchors_github.o
$(BUILD)/tests/tls/test_tls_roots: | build/deps/anchors.stamp

$(BUILD)/rota.pc: port/rota.pc.in Makefile
	@sed 's|@PREFIX@|$(PREFIX)|; s|@VERSION@|$(or $(VERSION),0)|' $< >$@

# --- Tests -----------------------------------------------------------------

TEST_BIN = $(patsubst %.c,$(BUILD)/%,$(TESTS))
PROGRAMS = all $(PUBLISH) test-programs $(DEMO) \
    $(BUILD)/tests/port/uboot_main $(BUILD)/tests/publish/endpoints_main
ATTACK = $(BUILD)/tests/attack/device_main $(BUILD)/tests/core/test_tamper

# Scripts find the programs here.
export ROTA_BUILD = $(abspath $(BUILD))
export ROTA_SANITIZE = $(SANITIZE)

test-programs: $(TEST_BIN)

# Some again, with an mbedTLS that stops in the middle of elliptic curves.
STEPS = $(patsubst %,$(BUILD)/steps/tests/core/test_%,envelope sign tamper) \
    $(patsubst %,$(BUILD)/steps/tests/device/test_%,inspect signed signed_eio \
    signed_images signed_steps) \
    $(patsubst %,$(BUILD)/steps/tests/tls/test_tls_%,bare clock life roots \
    trust)
STEPS_FLAGS = -DMBEDTLS_ECP_RESTARTABLE -DROTA_ECC_MAX_OPS=50
.PHONY: steps-programs
steps-programs:
	@$(MAKE) BUILD=$(BUILD)/steps CFLAGS='$(CFLAGS) $(STEPS_FLAGS)' $(STEPS)

check-symbols: $(CORE_O)
	@$(if $(SANITIZE),:,tests/check_symbols.sh $^)

test: build/deps/test.stamp $(PROGRAMS) $(ATTACK) steps-programs
	@python3 tests/run.py $(if $(T),-k '$(T)') \
	    $(if $(SANITIZE),,--symbols) $(TEST_BIN) $(STEPS)

# A million cuts take five minutes on two cores; EVERY=16 samples.
CUTS = 1000000
EVERY = 1
powercut: $(BUILD)/tests/device/powercut
	@$< $(CUTS) $(EVERY)

BYTES = 67600
RUNS = 100000
netcut: $(BUILD)/tests/device/netcut
	@$< $(BYTES) $(RUNS)

# What compiles and links a changed file.
attack mutants test: export ROTA_COMPILE = $(CC) -std=c11 $(CFLAGS) \
    $(SECTIONS) $(SAN) $(THIRD)
attack mutants test: export ROTA_LINK = $(CC) $(CFLAGS) $(SAN) $(LDFLAGS)
mutants: build/deps/test.stamp $(TEST_BIN) $(BUILD)/tests/device/powercut
	@python3 -B tests/mutants.py $(if $(M),'$(M)')

attack: build/deps/test.stamp $(BUILD)/rota $(ATTACK)
	@python3 -B tests/attack/attack.py $(if $(M),'$(M)')

san:
	@$(MAKE) BUILD=build/san SANITIZE=1 test

killtest: build/deps/test.stamp all
	@python3 tests/e2e/killtest.py $(KILL)

demo: build/deps/demo.stamp all $(DEMO)
	@python3 examples/agent/demo/demo.py

bench: build/deps/bench.stamp all $(BUILD)/tests/tls/test_tls_roots
	@python3 tests/bench/bench.py $(BENCH)

conformance: all $(PUBLISH)
	@python3 tests/conformance/run.py

endpoints: build/deps/test.stamp $(BUILD)/tests/publish/endpoints_main
	@python3 -B tests/e2e/endpoints.py

KILLS = 100
publishkill: build/deps/test.stamp $(PUBLISH)
	@python3 -B tests/e2e/publishkill.py $(KILLS)

MIB = 1024
publishlarge: build/deps/test.stamp $(PUBLISH)
	@python3 -B tests/e2e/publishlarge.py $(MIB)

# --- Size on a microcontroller ---------------------------------------------

export ARM_CC = arm-none-eabi-gcc
export ARM_INCLUDE = -Iinclude -Icore \
    $(filter-out -DMBEDTLS_SHA256_PROCESS_ALT,$(THIRD))

size: build/deps/build.stamp build/deps/size.stamp
	@python3 tests/size.py

.PHONY: portability
portability: export ROTA_WARN = $(WARN)
portability: build/deps/build.stamp build/deps/portability.stamp
	@python3 tests/portability.py

# --- Firmware --------------------------------------------------------------

include examples/cortexm/firmware.mk
include examples/cortexm/boot/boot.mk

# --- The rest --------------------------------------------------------------

OWN_C = $(wildcard include/*.h core/*/*.[ch] port/*.[ch] port/*/*.[ch] \
    tests/*/*.[ch] tests/firmware/host/*.[ch] examples/*.c examples/*/*.[ch] \
    examples/*/*/*.[ch])

format: build/deps/format.stamp
	@clang-format $(if $(FIX),-i,--dry-run -Werror) $(OWN_C)

D = $(DESTDIR)$(PREFIX)

install: all
	install -D -m 755 -t $(D)/bin $(BUILD)/rota
	install -D -m 644 -t $(D)/lib $(BUILD)/librota.a
	install -D -m 644 -t $(D)/lib/pkgconfig $(BUILD)/rota.pc
	install -D -m 644 -t $(D)/include/rota include/*.h \
	    $(wildcard $(PORT:.c=.h))
	install -D -m 644 -t $(D)/share/man/man1 examples/agent/*.1
	[ ! -e $(PUBLISH) ] || { install -D -m 755 -t $(D)/bin $(PUBLISH) && \
	    install -D -m 644 -t $(D)/share/man/man1 examples/publish/*.1; }
	install -D -m 644 -t $(D)/share/man/man5 examples/agent/*.5
	install -D -m 644 -t $(D)/lib/systemd/system examples/agent/*.service
	install -D -m 644 -t $(D)/share/doc/rota README.md CHANGELOG.md LICENSE

clean:
	rm -rf $(filter-out build/deps,$(wildcard build/*))

help:
	@printf '%s\n' $(help_text)
