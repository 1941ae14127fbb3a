# What there is to do here. `just` alone lists it.

[private]
default:
    @just --list --unsorted

# Build the program
[group('build')]
build:
    cargo build

# Build it as it is meant to be used (optimised; takes a quarter of an hour)
[group('build')]
release:
    cargo build --release --locked

# Run cutover, such as `just run check`
[group('run')]
run *arguments='run':
    cargo run -- {{ arguments }}

# The sample estate from nothing: the runs, the CRM and the archive in out/ are removed first
[group('run')]
samples:
    rm -rf out
    cargo run -- run

# Make the sample estate anew (needs Python 3 and nothing else)
[group('run')]
make-samples:
    python3 samples/make.py

# All tests, with database servers of their own
[group('test')]
test:
    scripts/test

# Some tests, by name, with database servers
[group('test')]
only name:
    scripts/with-servers cargo test {{ name }}

# Write generated docs and expected files anew; look at the diff before you commit
[group('test')]
bless:
    CUTOVER_BLESS=1 cargo test --lib standards::docs
    CUTOVER_BLESS=1 cargo test --test cutover

# The benchmark of the whole job (optimised; needs PostgreSQL)
[group('test')]
bench *arguments:
    scripts/with-servers cargo bench --bench job -- {{ arguments }}

# Fuzz the readers: all, or those named (twenty minutes each; SECONDS_EACH says otherwise)
[group('test')]
fuzz *targets:
    scripts/fuzz {{ targets }}

# Format and lint
[group('lint')]
lint:
    cargo fmt
    cargo clippy --locked --all-targets -- -D warnings
    cargo clippy --locked --all-targets --features odbc -- -D warnings
    .ci/words

# Known weaknesses of the crates in use (needs the network and cargo-deny)
[group('lint')]
advisories:
    cargo deny check advisories

# The API docs
[group('docs')]
docs:
    cargo doc --no-deps --open

# Do all links in the Markdown files lead somewhere?
[group('docs')]
links:
    .ci/links

# The JSON Schemas of the configuration, for editors
[group('docs')]
schema folder='out':
    mkdir -p {{ folder }}
    cargo run --quiet -- schema pipeline > {{ folder }}/pipeline.schema.json
    cargo run --quiet -- schema mapping > {{ folder }}/mapping.schema.json

# What CI runs
[group('ci')]
ci:
    .ci/run
