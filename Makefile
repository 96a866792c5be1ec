# faultline - `make help` lists what can be made. Written for GNU make.
#
# MODE=release|asan|cov|fuzz keeps its objects apart in build/$(MODE)/; everything but main.c goes into one
# library, which the program, the tests, the fuzzers and the bench link with. V=1 shows the commands,
# WERROR=1 turns warnings into errors, NOTUI=1 leaves out the terminal (and ncurses).

MODE ?= release
B ?= build/$(MODE)$(if $(NOTUI),-notui)
PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
MANDIR ?= $(PREFIX)/share/man
SHAREDIR ?= $(PREFIX)/share
EXAMPLESDIR ?= $(PREFIX)/share/doc/faultline/examples
PKG_CONFIG ?= pkg-config
FUZZ_SECONDS ?= 20
Q := $(if $(V),,@)

# ---- what is built from what ----

SOURCES := $(sort $(shell find src -name '*.c' $(if $(NOTUI),-not -path 'src/term/*')))
OBJECTS := $(patsubst %.c,$(B)/%.o,$(filter-out src/main.c,$(SOURCES))) $(B)/embedded.o
LIB     := $(B)/libfaultline.a
PROGRAM := $(B)/faultline

TEST_LIB := $(B)/libtests.a
TEST_OBJECTS := $(patsubst %.c,$(B)/%.o,$(wildcard tests/lib/*.c))
programs = $(patsubst %.c,$(B)/%,$(sort $(wildcard $(1))))
UNITS   := $(call programs,tests/unit/test_*.c) $(if $(NOTUI),,$(call programs,tests/term/test_*.c))
FUZZERS := $(call programs,tests/fuzz/fuzz_*.c)
BENCHES := $(call programs,tests/bench/*.c)

# ---- flags; CPPFLAGS, CFLAGS, LDFLAGS and LDLIBS stay the user's ----

PACKAGES      := yaml-0.1 libutf8proc $(if $(NOTUI),,ncursesw) $(if $(wildcard src/store/*.c),sqlite3)
TEST_PACKAGES := cmocka vterm jansson
pkg = $(shell $(PKG_CONFIG) $(1) 2>/dev/null)

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wstrict-prototypes -Wmissing-prototypes
SANITIZE := -fsanitize=address,undefined -fno-omit-frame-pointer -fno-sanitize-recover=all
OPT_release := -O2 -g
OPT_asan    := -O1 -g $(SANITIZE)
OPT_cov     := -O0 -g --coverage
OPT_fuzz    := -O1 -g $(SANITIZE) -fsanitize=fuzzer-no-link
OPT := $(or $(OPT_$(MODE)),$(error MODE is release, asan, cov or fuzz))

CPPFLAGS_ALL := -D_GNU_SOURCE $(if $(NOTUI),-DNOTUI) -Iinclude -Isrc $(filter-out -D_XOPEN_SOURCE% -D_DEFAULT_SOURCE,\
	$(call pkg,--cflags $(PACKAGES))) $(CPPFLAGS)
CFLAGS_ALL   := -std=c11 $(WARN) $(OPT) $(if $(WERROR),-Werror) $(CFLAGS)
LDFLAGS_ALL  := $(filter -fsanitize=address% --coverage,$(OPT)) $(LDFLAGS)
LDLIBS_ALL   := $(call pkg,--libs $(PACKAGES)) -lm $(LDLIBS)
TEST_CPPFLAGS := -Itests $(call pkg,--cflags $(TEST_PACKAGES))
TEST_LDLIBS   := $(call pkg,--libs $(TEST_PACKAGES))

# ---- building ----

.PHONY: all
all: $(if $(filter build/release,$(B)),faultline,$(PROGRAM)) ## build ./faultline (the default)

faultline: $(PROGRAM)
	@cp -f $< $@

$(LIB): $(OBJECTS) $(B)/OBJECTS
$(TEST_LIB): $(TEST_OBJECTS) $(B)/TEST_OBJECTS
%.a:
	@rm -f $@
	$(Q)$(AR) rcs $@ $(filter %.o,$^)

$(B)/%.o: %.c $(B)/COMPILE
	@mkdir -p $(@D)
	@echo "  CC    $<"
	$(Q)$(COMPILE) $(if $(filter tests/%,$<),$(TEST_CPPFLAGS)) -MMD -MP -c -o $@ $<

$(B)/embedded.o: $(B)/embedded.c
	$(Q)$(COMPILE) -c -o $@ $<
$(B)/embedded.c: src/systems/embed.sh $(wildcard src/systems/*.yaml topologies/*.yaml) $(B)/COMPILE
	$(Q)sh src/systems/embed.sh $@

# Each of these files holds the value of the variable it is named after: what depends on it is made again
# when compiler, flags or the list of sources change.
COMPILE = $(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL)
$(B)/COMPILE $(B)/OBJECTS $(B)/TEST_OBJECTS: FORCE
	@$(PKG_CONFIG) --exists $(PACKAGES) 2>/dev/null || \
		{ echo 'something to build with is missing: run `make setup`' >&2; exit 1; }
	@mkdir -p $(@D)
	@echo '$($(@F))' | cmp -s - $@ || echo '$($(@F))' > $@
FORCE:

# A fuzzer outside MODE=fuzz replays the corpus: a plain test.
FUZZING := $(filter fuzz,$(MODE))
$(PROGRAM): $(B)/src/main.o
$(UNITS) $(FUZZERS) $(BENCHES): $(B)/%: $(B)/%.o
$(UNITS): $(TEST_LIB)
$(UNITS): EXTRA = $(TEST_LIB) $(TEST_LDLIBS)
$(FUZZERS): $(if $(FUZZING),,$(B)/tests/fuzz/replay.o)
$(FUZZERS): EXTRA = $(if $(FUZZING),-fsanitize=fuzzer)
$(PROGRAM) $(UNITS) $(FUZZERS) $(BENCHES): $(LIB)
	@echo "  LINK  $@"
	$(Q)$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $(filter %.o,$^) $(EXTRA) $(LIB) $(LDLIBS_ALL)

-include $(shell find $(B) -name '*.d' 2>/dev/null)

# ---- tests ----

.PHONY: setup demo test check units cases readme completion schema replay layers asan cov lint accept fuzz bench screenshots
setup: ## install what building and testing need, if it is missing
	@sh .ci/setup build test

demo: ## install what building needs, build, and open the explorer on the example
	@sh .ci/setup build
	@$(MAKE) --no-print-directory faultline
	@if [ -t 0 ] && [ -t 1 ]; then ./faultline; else ./faultline render --size 120x36; fi

test: setup ## install what is missing, build, and run all tests
	@$(MAKE) --no-print-directory all check

check: units cases readme completion schema replay layers ## run all tests, installing nothing

units: $(UNITS) $(PROGRAM)
	@FAULTLINE=$(abspath $(PROGRAM)) sh tests/tools/run-units $(UNITS)
cases: $(PROGRAM)
	@NOTUI=$(NOTUI) bash tests/tools/run-cases $(PROGRAM)
readme: $(PROGRAM)
	@$(if $(NOTUI),:,bash tests/tools/run-readme $(PROGRAM) README.md man/sql.md)
	@sh tests/tools/manual-tables $(PROGRAM) man/faultline.1
completion: $(PROGRAM)
	@bash tests/tools/check-completion $(PROGRAM)
schema: $(PROGRAM)
	@if command -v python3 >/dev/null; then sh tests/tools/check-schema $(PROGRAM); fi
replay: $(FUZZERS)
	@for f in $(FUZZERS); do $$f tests/fuzz/corpus/$${f##*/fuzz_} || exit 1; done
layers: ## check that includes only point downwards
	@sh tests/tools/check-layers --self-test
	@sh tests/tools/check-layers

asan: ## run all tests under the address and undefined behaviour sanitizers
	@ASAN_OPTIONS=exitcode=99:$$ASAN_OPTIONS $(MAKE) --no-print-directory MODE=asan check
cov: ## run all tests and print the lines covered
	@rm -rf build/cov
	@$(MAKE) --no-print-directory MODE=cov check
	@sh tests/tools/coverage build/cov
lint: ## cppcheck, shellcheck and mandoc, each if it is installed
	@sh tests/tools/lint $(CPPFLAGS_ALL)
accept: $(PROGRAM) $(UNITS) ## rewrite expected outputs and screens; then look at the diff
	@bash tests/tools/run-cases --accept $(PROGRAM)
	@bash tests/tools/run-readme $(PROGRAM) --accept README.md man/sql.md
	@sh tests/tools/manual-tables $(PROGRAM) --accept man/faultline.1
	@ACCEPT=1 FAULTLINE=$(abspath $(PROGRAM)) sh tests/tools/run-units $(UNITS)
fuzz: ## fuzz with clang's libFuzzer, FUZZ_SECONDS=20 each
	@$(MAKE) --no-print-directory CC=clang MODE=fuzz fuzzers
	@sh tests/tools/run-fuzzers $(FUZZ_SECONDS) build/fuzz
bench: $(BENCHES) $(PROGRAM) ## a million groups: time and memory beside a bare parse and a bare pass
	@$(B)/tests/bench/make_million > $(B)/million.yaml
	@$(B)/tests/bench/bench $(B)/million.yaml $(PROGRAM)
screenshots: faultline ## take the pictures in screenshots/ of the real program in a real xterm
	@sh .ci/setup screenshots
	@sh tests/tools/screenshots

.PHONY: check-programs fuzzers install uninstall clean help
check-programs: $(UNITS) $(FUZZERS) $(BENCHES)
fuzzers: $(FUZZERS)

# The first word of each is the shell's name.
COMPLETIONS := bash-completion/completions/faultline zsh/site-functions/_faultline fish/vendor_completions.d/faultline.fish
install: $(PROGRAM) ## install under PREFIX=/usr/local, below DESTDIR
	install -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(MANDIR)/man1 $(DESTDIR)$(EXAMPLESDIR)
	install -m 755 $(PROGRAM) $(DESTDIR)$(BINDIR)/faultline
	install -m 644 man/*.1 $(DESTDIR)$(MANDIR)/man1
	install -m 644 topologies/*.yaml man/*.md $(DESTDIR)$(EXAMPLESDIR)
	@for place in $(COMPLETIONS); do \
		install -d $(DESTDIR)$(SHAREDIR)/$${place%/*} && \
		$(PROGRAM) completion $${place%%[-/]*} > $(DESTDIR)$(SHAREDIR)/$$place || exit 1; done
uninstall: ## remove what install put there
	rm -f $(DESTDIR)$(BINDIR)/faultline $(addprefix $(DESTDIR)$(MANDIR)/man1/,$(notdir $(wildcard man/*.1)))
	rm -f $(addprefix $(DESTDIR)$(SHAREDIR)/,$(COMPLETIONS))
	rm -rf $(DESTDIR)$(EXAMPLESDIR)

clean: ## remove everything that was built
	rm -rf build faultline
help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
