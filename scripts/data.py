#!/usr/bin/env python3
"""make data: MEMBERS example members in the private instance under var/, which make run then starts with."""
import os
import sys

from cluster import Cluster
from example import load_members
from stack import TOP, Stack


def main():
    """Start PostgreSQL, fill, stop."""
    var = TOP / 'var'
    var.mkdir(exist_ok=True)
    cluster = Cluster(var / 'postgresql').start()
    try:
        stack = Stack(var / 'instance', cluster).prepare()
        print(load_members(stack, int(os.environ.get('MEMBERS') or 36)))
    finally:
        cluster.stop()


if __name__ == '__main__':
    sys.exit(main())
