# Every target does its own set-up and skips what is there. `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help run dev services services-stop test e2e screenshots lighthouse observatory bench bench-browser chaos chaos-events events setup build fmt lint sqlx docs clean-local

help: ## List the targets
	@sed -n 's/^\([a-z0-9-]*\):.*## /\1\t/p' Makefile | while IFS="$$(printf '\t')" read -r target text; do \
		printf '  make %-14s %s\n' "$$target" "$$text"; done

run: ## Build the release and serve it at http://127.0.0.1:3000, with a private Postgres
	@bash scripts/run.sh

dev: ## The same with rebuild and reload on every change
	@bash scripts/dev.sh

services: ## Start only the services, for a server started by hand
	@bash scripts/services.sh start

services-stop: ## Stop them
	@bash scripts/services.sh stop

test: ## Run every test: documents, Rust, bundle, browser
	@bash scripts/test.sh

e2e: build ## Run only the browser tests; each 20 times, to look for flakes: make e2e repeat=20
	@bash scripts/setup.sh test
	@bash scripts/e2e.sh $(if $(repeat),--repeat-each=$(repeat))

lighthouse: build ## Measure pages with Lighthouse, as a phone; medians of 5: make lighthouse runs=5
	@bash scripts/setup.sh test
	@bash scripts/lighthouse.sh $(runs)

observatory: build ## Grade the site's headers with MDN's HTTP Observatory: A+ or failure
	@bash scripts/observatory.sh

screenshots: build ## Take pictures of every screen and state, into .local/screenshots
	@bash scripts/setup.sh test
	@bash scripts/screenshots.sh

bench: ## Measure the release build; some lines only: make bench only=first-token,pages
	@bash scripts/setup.sh run
	@bash scripts/bench.sh $(if $(only),--only $(only))

bench-browser: build ## Measure the page while a long answer is written
	@bash scripts/setup.sh test
	@bash scripts/e2e.sh --config bench.config.ts

chaos: build ## Kill the server 200 times under 50 streams; fewer: make chaos rounds=20
	@bash scripts/chaos.sh $(rounds)

chaos-events: build ## Kill broker and server under 10,000 commands; fewer: make chaos-events commands=1000
	@bash scripts/chaos-events.sh $(commands)

events: ## Write the schemas of the events and the document of the topics anew
	@bash scripts/setup.sh run
	@UPDATE_EVENTS=1 cargo test --quiet --package server --test events the_schemas_and_the_document_are_current

setup: ## Only install what is needed to run and test
	@bash scripts/setup.sh test

build: ## Only build the release
	@bash scripts/setup.sh run
	@bash scripts/build.sh

fmt: ## Format the Rust sources
	@cargo fmt --all

lint: ## Clippy on both sides, and shellcheck
	@bash scripts/lint.sh

sqlx: ## Write the offline data of the SQL queries anew
	@bash scripts/setup.sh run
	@bash scripts/sqlx.sh prepare

docs: ## Check diagrams and links
	@bash scripts/setup.sh test
	@bash scripts/check-docs.sh

clean-local: ## Stop the private Postgres clusters and delete them with everything else in .local
	@bash scripts/clean-local.sh
