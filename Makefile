# Kaidian 开店沙盘. `make` lists the verbs. Needs Python ≥ 3.11 and make, nothing else.
# Paths are relative on purpose: the checkout may lie in a folder with spaces or Chinese characters.
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
BIN := .venv/bin
KAIDIAN := $(BIN)/python -m app.cli
# More options for a verb, e.g. make demo ARGS="--port 9000", make test ARGS="-k trade -x"
ARGS ?=
.PHONY: help setup demo up test check e2e handbook load nightly lock openapi matrix clean node-modules

help: ## 列出全部命令 / list the verbs
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## /{ printf "  make %-9s %s\n", $$1, $$2 }' Makefile

setup: ## 安装依赖到 .venv / install into .venv
	@sh app/bootstrap.sh run

demo: setup ## 一键启动演示课堂（Ctrl-C 结束）/ start the demo class
	@exec $(KAIDIAN) up --demo $(ARGS)

up: setup ## 启动正式数据 / start with your own data
	@exec $(KAIDIAN) up $(ARGS)

test: ## 运行全部 Python 与前端单元测试 / run all unit and integration tests
	@sh app/bootstrap.sh dev
	@$(BIN)/python -m pytest -n auto -m "not nightly" --ignore=tests/e2e $(ARGS)
	@if [ -f web/package.json ]; then $(KAIDIAN) frontend test; fi

check: ## 格式、类型、架构检查 / lint, types, architecture
	@sh app/bootstrap.sh dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@$(KAIDIAN) matrix --check
	@if [ -f web/package.json ]; then $(KAIDIAN) openapi --check && $(KAIDIAN) frontend check; fi

e2e: ## 浏览器里的完整旅程 / journeys in a real browser
	@sh app/bootstrap.sh e2e
	@$(BIN)/python -m pytest -m e2e -rs tests/e2e $(ARGS)

handbook: ## 拍图并印《实践操作手册》PDF / photograph the journeys and print the guides
	@sh app/bootstrap.sh e2e
	@$(BIN)/python -m pytest -q -m e2e tests/e2e
	@$(KAIDIAN) handbook $(ARGS)

nightly: ## 较长的测试 / the longer tests
	@sh app/bootstrap.sh e2e
	@$(BIN)/python -m pytest -m nightly $(ARGS)

rehearse: ## 彩排一个班：虚构学员经接口开店买卖，再对账 / rehearse a class over HTTP
	@sh app/bootstrap.sh dev
	@$(KAIDIAN) rehearse $(ARGS)

lock: ## 重新锁定依赖（需要 uv 与 npm）/ pin dependencies anew (needs uv and npm)
	@requirements/lock.sh
	@$(BIN)/python web/lock.py

load: setup ## 压力测试 / measure against the budgets
	@$(BIN)/python -m loadtests.run $(ARGS)

openapi: setup ## 重新生成 web/openapi.json / write the OpenAPI document
	@$(KAIDIAN) openapi

matrix: setup ## 重新生成权限矩阵 / write the authorisation matrix
	@$(KAIDIAN) matrix

clean: ## 删除可重建的文件，保留 var/ 数据 / remove what can be rebuilt; keeps var/
	rm -rf .venv web/node_modules web/dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
