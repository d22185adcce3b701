# Ashiato: one Makefile, everything it makes lies under build/.
#
#   make run              install what is missing, build, show the demo in the browser
#   make run IFACE=eth0   the same, capturing live
#   make test             install what is missing, build, run every test
#   make help             all targets
#
# Sources are found, not listed: a new file under sensor/, collector/, proto/ or web/ is built, a new folder under
# tests/unit/ becomes a test program.

SHELL      := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS  += --no-builtin-rules --warn-undefined-variables
.SECONDARY:
.DELETE_ON_ERROR:

BUILD      ?= build
CC         := gcc
SAN        ?=
IFACE      ?=
TARGET     ?=
SECONDS    ?= 60
SCENARIO   ?=
KEEP       ?=

# build/ holds the ordinary build, build/asan the one under AddressSanitizer and UBSan (make SAN=1 …), build/tsan the one under
# ThreadSanitizer (make SAN=thread sensor: Criterion does not run under it, the programs do).
OUT        := $(BUILD)$(if $(SAN),/$(if $(filter thread,$(SAN)),tsan,asan),)
GEN        := $(BUILD)/gen

WARN       := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wwrite-strings -Wformat=2 \
              -Wcast-qual -Wundef -Wvla -Wconversion -Wno-sign-conversion -Werror
HARDEN     := -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fPIE -fno-strict-aliasing
SANITIZERS := $(if $(filter thread,$(SAN)),-fsanitize=thread,-fsanitize=address -fsanitize=undefined -fno-sanitize-recover=all)
SANFLAGS   := $(if $(SAN),$(SANITIZERS) -fno-omit-frame-pointer,)
CFLAGS     ?= -O2 -g
ALL_CFLAGS := -std=c17 -D_GNU_SOURCE -DASHIATO_VERSION='"$(shell cat VERSION 2>/dev/null || echo 0.1.0)"' $(CFLAGS) $(WARN) \
              $(if $(SAN),-U_FORTIFY_SOURCE,$(HARDEN)) $(SANFLAGS) -I. -I$(GEN) -MMD -MP
ALL_LDFLAGS := -pie -Wl,-z,relro,-z,now $(SANFLAGS) -fno-lto

# The sensor's objects hold machine code, which test programs link at once, and beside it what its own program is optimised from as a
# whole: that takes the linker 12 s and the program 5 % less (tests/bench/README.md).
WHOLE      := $(if $(SAN),,-flto=2)
$(OUT)/sensor/%.o $(OUT)/proto/%.o: ALL_CFLAGS += $(if $(SAN),,-flto -ffat-lto-objects)

# ---- sources ---------------------------------------------------------------------------------------------------------
PROTO_SRC     := $(wildcard proto/*.c proto/base/*.c)
SENSOR_SRC    := $(wildcard sensor/*.c sensor/*/*.c)
COLLECTOR_SRC := $(wildcard collector/*.c collector/*/*.c)
WEB_SRC       := $(wildcard web/*.c)

PROTO_LIB     := $(OUT)/libproto.a
SENSOR_LIB    := $(OUT)/libsensor.a
COLLECTOR_LIB := $(OUT)/libcollector.a
WEB_LIB       := $(OUT)/libweb.a
TEST_LIB      := $(OUT)/libtest.a

PROTO_LIBS    := -lprotobuf-c -ljansson -lzmq -lz
SENSOR_LIBS   := $(PROTO_LIBS) -lpcap -lcrypto -lpthread
COLLECTOR_LIBS:= $(PROTO_LIBS) -lcsv -lexpat -lyajl -levtx -lsqlite3 -lsodium -lmicrohttpd -lgnutls -lpthread -lm
TEST_LIBS     := -lcriterion

objects = $(patsubst %.c,$(OUT)/%.o,$(filter-out %/main.c,$(1)))

# ---- help ------------------------------------------------------------------------------------------------------------
.PHONY: help
help: ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# ---- generated -------------------------------------------------------------------------------------------------------
$(GEN)/events.pb-c.c $(GEN)/events.pb-c.h &: proto/events.proto
	@mkdir -p $(GEN)
	$(call say,PB,$<)
	$(Q)protoc-c --c_out=$(GEN) -I proto $<

# The functions that pack its messages.
$(GEN)/pack.inc: proto/events.proto proto/pack.awk
	@mkdir -p $(GEN)
	$(call say,GEN,$@)
	$(Q)LC_ALL=C awk -f proto/pack.awk $< > $@

# The table of RPC operations, from data.
$(GEN)/rpc_operations.inc: schema/rpc-operations.csv sensor/rpc/operations.awk
	@mkdir -p $(GEN)
	$(call say,GEN,$@)
	$(Q)LC_ALL=C awk -f sensor/rpc/operations.awk $< > $@

# Data that belongs into the collector's binary: SQL, catalogue, profiles, the dashboard's files.
SCHEMA_DATA := $(wildcard schema/*.json schema/*.sql schema/*/*.sql schema/openapi.yaml)
UI_DIST     := $(BUILD)/ui

GENERATED := $(GEN)/events.pb-c.h $(GEN)/pack.inc $(GEN)/rpc_operations.inc
.PHONY: generated
generated: $(GENERATED)

# One short line a file; make V=1 shows the commands.
V ?=
Q := $(if $(V),,@)
say = @echo "  $(1)  $(2)"

# ---- rules -----------------------------------------------------------------------------------------------------------
$(OUT)/%.o: %.c | $(GENERATED)
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(ALL_CFLAGS) -c $< -o $@

# Generated code is not ours to warn about.
$(OUT)/gen/events.pb-c.o: $(GEN)/events.pb-c.c
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(filter-out $(WARN),$(ALL_CFLAGS)) -c $< -o $@

define archive
@mkdir -p $(@D)
@rm -f $@
$(call say,AR,$@)
$(Q)ar rcs $@ $^
endef

$(PROTO_LIB): $(call objects,$(PROTO_SRC)) $(OUT)/gen/events.pb-c.o
	$(archive)
$(SENSOR_LIB): $(call objects,$(SENSOR_SRC))
	$(archive)
$(COLLECTOR_LIB): $(call objects,$(COLLECTOR_SRC)) $(OUT)/gen/embedded.o
	$(archive)
$(WEB_LIB): $(call objects,$(WEB_SRC)) $(OUT)/gen/embedded_ui.o
	$(archive)
$(TEST_LIB): $(call objects,$(wildcard tests/lib/*.c))
	$(archive)

# ---- embedded files (see proto/base/embedded.h) ----------------------------------------------------------------------
$(GEN)/embedded.S: $(SCHEMA_DATA) proto/base/embed.awk
	@mkdir -p $(GEN)
	$(call say,GEN,$@)
	$(Q)printf '%s\n' $(SCHEMA_DATA) | awk -v symbol=embedded_schema -f proto/base/embed.awk > $@
$(OUT)/gen/embedded.o: $(GEN)/embedded.S $(SCHEMA_DATA)
	@mkdir -p $(@D)
	$(call say,AS,$<)
	$(Q)$(CC) -c $< -o $@

# The dashboard is built by esbuild (npm); its products are embedded like the schema.
UI_SRC := $(shell find web/ui -path web/ui/node_modules -prune -o -type f -print 2>/dev/null)
$(UI_DIST)/.done: $(UI_SRC)
	$(call say,UI,$(UI_DIST))
	$(Q)bash web/ui/build.sh $(UI_DIST)
	@touch $@
$(GEN)/embedded_ui.S: $(UI_DIST)/.done proto/base/embed.awk
	@mkdir -p $(GEN)
	$(call say,GEN,$@)
	$(Q)cd $(UI_DIST) && find . -type f ! -name .done | LC_ALL=C sort | sed 's|^\./||' | \
	    awk -v symbol=embedded_ui -v prefix=$(UI_DIST)/ -f $(CURDIR)/proto/base/embed.awk > $(abspath $@)
$(OUT)/gen/embedded_ui.o: $(GEN)/embedded_ui.S
	@mkdir -p $(@D)
	$(call say,AS,$<)
	$(Q)$(CC) -c $< -o $@

# ---- programs --------------------------------------------------------------------------------------------------------
SENSOR    := $(OUT)/ashiato-sensor
COLLECTOR := $(OUT)/ashiato-collector

$(SENSOR): $(OUT)/sensor/main.o $(SENSOR_LIB) $(PROTO_LIB)
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(filter-out -fno-lto,$(ALL_LDFLAGS)) $(WHOLE) $^ $(SENSOR_LIBS) -o $@
$(COLLECTOR): $(OUT)/collector/main.o $(COLLECTOR_LIB) $(WEB_LIB) $(COLLECTOR_LIB) $(PROTO_LIB)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) $(filter-out $(COLLECTOR_LIB),$^) -Wl,--start-group $(COLLECTOR_LIB) $(WEB_LIB) -Wl,--end-group $(PROTO_LIB) $(COLLECTOR_LIBS) -o $@

.PHONY: all sensor collector
all: $(SENSOR) $(COLLECTOR) ## build both programs
sensor: $(SENSOR) ## build ashiato-sensor
collector: $(COLLECTOR) ## build ashiato-collector with its dashboard

# ---- unit tests: every folder tests/unit/A/B is a program linked with what A may use ---------------------------------
UNIT_DIRS := $(sort $(patsubst %/,%,$(dir $(wildcard tests/unit/*/*.c tests/unit/*/*/*.c))))
UNIT_BINS := $(patsubst tests/unit/%,$(OUT)/unit/%/run,$(UNIT_DIRS))
unit_libs_proto     = $(TEST_LIB) $(PROTO_LIB)
unit_libs_sensor    = $(TEST_LIB) $(SENSOR_LIB) $(PROTO_LIB)
unit_libs_collector = $(TEST_LIB) $(COLLECTOR_LIB) $(PROTO_LIB)
unit_libs_delivery  = $(TEST_LIB) $(SENSOR_LIB) $(COLLECTOR_LIB) $(PROTO_LIB)
unit_libs_web       = $(TEST_LIB) $(WEB_LIB) $(PROTO_LIB)
unit_sys_proto      = $(PROTO_LIBS)
unit_sys_sensor     = $(SENSOR_LIBS)
unit_sys_collector  = $(COLLECTOR_LIBS)
unit_sys_delivery   = $(SENSOR_LIBS) $(COLLECTOR_LIBS)
unit_sys_web        = $(COLLECTOR_LIBS)

define unit_program
$(OUT)/unit/$(1)/run: $(patsubst %.c,$(OUT)/%.o,$(wildcard tests/unit/$(1)/*.c)) $(unit_libs_$(firstword $(subst /, ,$(1))))
	@mkdir -p $$(@D)
	$$(call say,LD,$$@)
	$$(Q)$$(CC) $$(ALL_LDFLAGS) $$^ $$(unit_sys_$(firstword $(subst /, ,$(1)))) $$(TEST_LIBS) -o $$@
endef
$(foreach d,$(UNIT_DIRS),$(eval $(call unit_program,$(patsubst tests/unit/%,%,$(d)))))

.PHONY: unit
unit: $(UNIT_BINS) ## build and run the unit tests (SAN=1: under AddressSanitizer and UBSan)
	@bash tests/lib/run-unit.sh $(OUT) $(UNIT_BINS)

# ---- fuzz targets: replayed over their seeds in the ordinary test run, searched with libFuzzer on request ---------------
FUZZ_SRC  := $(wildcard tests/fuzz/fuzz_*.c)
FUZZ_BINS := $(patsubst tests/fuzz/%.c,$(OUT)/fuzz/%,$(FUZZ_SRC))
FUZZ_KIT  := $(wildcard tests/fuzz/kit*.c)

$(OUT)/fuzz/%: $(OUT)/tests/fuzz/%.o $(OUT)/tests/fuzz/replay.o $(patsubst %.c,$(OUT)/%.o,$(FUZZ_KIT)) $(TEST_LIB) $(SENSOR_LIB) $(COLLECTOR_LIB) $(WEB_LIB) $(PROTO_LIB)
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) $(filter %.o,$^) -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(SENSOR_LIBS) $(COLLECTOR_LIBS) $(TEST_LIBS) -o $@

.PHONY: fuzz-replay
fuzz-replay: $(FUZZ_BINS) ## run every fuzz target over its seeds
	@bash tests/fuzz/replay.sh $(OUT)/fuzz

.PHONY: fuzz
fuzz: ## search with libFuzzer: make fuzz TARGET=token SECONDS=60, TARGET=all SECONDS=120
	@bash tests/fuzz/search.sh $(TARGET) $(SECONDS)

# ---- measurements: programs tests/bench/bench_*.c, each about one layer, and the captures to measure whole programs with ----
BENCH_TOOLS := generate floor plain
BENCH_SRC  := $(wildcard tests/bench/bench_*.c)
BENCH_BINS := $(patsubst tests/bench/%.c,$(OUT)/bench/%,$(BENCH_SRC)) $(patsubst %,$(OUT)/bench/%,$(BENCH_TOOLS))
BENCH_KIT  := $(filter-out $(BENCH_SRC) $(patsubst %,tests/bench/%.c,$(BENCH_TOOLS)),$(wildcard tests/bench/*.c))
SIZE       ?=

$(OUT)/bench/%: $(OUT)/tests/bench/%.o $(patsubst %.c,$(OUT)/%.o,$(BENCH_KIT)) $(TEST_LIB) $(SENSOR_LIB) $(COLLECTOR_LIB) $(WEB_LIB) $(PROTO_LIB)
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) $(filter %.o,$^) -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(SENSOR_LIBS) $(COLLECTOR_LIBS) $(TEST_LIBS) -o $@

.PHONY: bench bench-programs bench-tools
bench-tools: $(patsubst %,$(OUT)/bench/%,$(BENCH_TOOLS)) ## the programs that tests/e2e/check_threads.py compares with
bench-programs: $(BENCH_BINS) $(SENSOR)
bench: ## measure speed and memory beside a bare libpcap loop: make bench SIZE=1G
	@bash .ci/setup bench
	@$(MAKE) --no-print-directory -j2 bench-programs
	@/usr/bin/python3 tests/bench/bench.py $(OUT) $(SIZE)

# ---- the two commands ------------------------------------------------------------------------------------------------
# Make reads this file before anything is installed, so both begin in a second make once the tools are there.
.PHONY: run
run: ## install what is missing, build, start a collector and a sensor that replays the demo (IFACE=eth0: captures live)
	@bash .ci/setup run
	@$(MAKE) --no-print-directory -j2 all
	@exec bash tests/demo/run.sh "$(BUILD)" "$(IFACE)"

.PHONY: test
test: ## install what is missing, build, run every test
	@bash .ci/setup test
	@bash tests/run.sh "$(MAKE)"

.PHONY: lab
lab: ## play real clients and tools against a real server before the live programs (as root): make lab SCENARIO=refused KEEP=1
	@bash .ci/setup lab
	@$(MAKE) --no-print-directory -j2 all
	@exec env LAB_BUILD=$(OUT) LAB_KEEP=$(KEEP) tests/lab/lab $(SCENARIO)

.PHONY: lab-record
lab-record: ## make a golden case of a scenario of the laboratory (as root): make lab-record SCENARIO=refused
	@bash .ci/setup lab
	@exec tests/lab/record $(SCENARIO)

.PHONY: pictures
pictures: ## take the pictures of docs/images again, of the recorded cases
	@bash .ci/setup test
	@$(MAKE) --no-print-directory -j2 all
	@bash tests/e2e/pictures.sh "$(BUILD)"

.PHONY: coverage-page
coverage-page: $(SENSOR) ## write docs/COVERAGE.md again, from the sensor's tables and the catalogue
	@/usr/bin/python3 tests/golden/check_coverage.py --update

.PHONY: lint
lint: ## hold the tree against docs/ARCHITECTURE.md
	@/usr/bin/python3 tests/lint/lint.py

# Not part of make test: it takes minutes and wants clang-tidy, which nothing else here does.
TIDY_SRC   := $(PROTO_SRC) $(SENSOR_SRC) $(COLLECTOR_SRC) $(WEB_SRC)
TIDY_FLAGS := -std=c17 -D_GNU_SOURCE '-DASHIATO_VERSION="0"' -I. -I$(GEN)
.PHONY: tidy
tidy: $(GENERATED) ## clang-tidy over all C by .clang-tidy (some minutes; needs clang-tidy)
	@printf '%s\n' $(TIDY_SRC) | xargs -P 2 -I{} clang-tidy --quiet {} -- $(TIDY_FLAGS) 2>/dev/null
	@echo "tidy: $(words $(TIDY_SRC)) files"

.PHONY: clean
clean: ## remove all that was built
	rm -rf $(BUILD)

-include $(shell find $(OUT) -name '*.d' 2>/dev/null)
