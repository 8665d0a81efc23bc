# Cèdre : tout ce qu'il faut taper tient ici. « make » seul affiche l'aide.
SHELL := /bin/bash
PORT ?= 8000
PYTHON_VOULU ?= >=3.12,<3.15
PYENV := $(wildcard $(HOME)/.pyenv/versions/3.1[2-4].*/bin)
export PATH := $(subst $() ,:,$(strip $(PYENV))):$(PATH)
export UV_NO_PROGRESS := 1
export UV_SYSTEM_CERTS := 1
UV := .tools/bin/uv
VENV := .venv/.pret

.DEFAULT_GOAL := aide
.PHONY: aide demo demo-neuve test lint bench verrou audit installe

aide: ## affiche cette aide
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

demo: $(VENV) ## ouvre Cèdre avec un réseau d'exemple (PORT=8000)
	@.venv/bin/cedre demo --port $(PORT)

demo-neuve: $(VENV) ## la même chose, en recommençant les données d'exemple
	@.venv/bin/cedre demo --port $(PORT) --neuve

test: $(VENV) ## joue toutes les suites que la machine permet
	@outils/suites

lint: $(VENV) ## style, étages, gabarits
	@outils/lint

bench: $(VENV) ## mesure pages, figures et faits, sur les deux moteurs (MESURER="faits" : une partie ; "--seulement réunis" : des pages)
	@.venv/bin/python -m bench $(MESURER)

verrou: $(UV) ## recalcule requirements.lock depuis pyproject.toml (MONTER=--upgrade : aux dernières versions)
	@$(UV) pip compile pyproject.toml $(MONTER) --group dev --universal --generate-hashes --no-header -q -o requirements.lock

audit: $(VENV) ## dit quelles dépendances ont du retard sur le registre
	@retard=$$(VIRTUAL_ENV=.venv $(UV) pip list --outdated --exclude-editable) && \
		echo "$${retard:-Toutes les dépendances sont à jour.}" && \
		{ [[ -z $$retard ]] || echo "Pour les mettre à jour : make verrou MONTER=--upgrade, make test, puis relire les notes de version."; }

installe: $(VENV) ## prépare l'environnement, sans rien lancer

$(UV):
	@echo "Cèdre : installation des outils (une fois)…"
	@python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --target .tools uv 2> >(grep -v 'is ignored' >&2)

$(VENV): requirements.lock pyproject.toml | $(UV)
	@echo "Cèdre : préparation de l'environnement…"
	@$(UV) venv --quiet --allow-existing --python '$(PYTHON_VOULU)' --no-python-downloads .venv || \
		{ echo "Cèdre demande Python 3.12, 3.13 ou 3.14 : aucun n'a été trouvé sur cette machine." >&2; exit 1; }
	@VIRTUAL_ENV=.venv $(UV) pip sync --quiet --require-hashes requirements.lock
	@VIRTUAL_ENV=.venv $(UV) pip install --quiet --no-deps --editable .
	@touch $(VENV)
