# Every command is a function of make.py, which sets up what it needs. PYTHON names the
# interpreter that .venv is made with (3.11, 3.12 or 3.13).
PYTHON ?= python3

.PHONY: book test test-long serve lab notebooks lint bench mutate bench-cifar clean

book test test-long serve lab notebooks lint bench mutate bench-cifar clean:
	@$(PYTHON) make.py $@
