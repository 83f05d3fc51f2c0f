#!/usr/bin/env python3
"""Turns the description of the interface from YAML into JSON.

usage: openapi.py YAML JSON
"""
import json
import pathlib
import sys

import yaml

described = yaml.safe_load(pathlib.Path(sys.argv[1]).read_text())
pathlib.Path(sys.argv[2]).write_text(json.dumps(described, ensure_ascii=False, separators=(',', ':')))
