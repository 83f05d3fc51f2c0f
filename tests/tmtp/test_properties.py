"""Random interleavings of posts, Acks, logins, lost links, new nodes and restarts, held against a model.

SEED=n repeats a run, STEPS and PROPERTY_SECONDS make it longer.
"""
import os
import random
import time

import pytest

from tmtp_model import Model

SETTINGS = {'server': {'policy': 'open'}, 'database': {'log_part': 20}}  # parts of the log begin and end all the time
SEED = int(os.environ.get('SEED', '0')) or int(time.time())
STEPS = int(os.environ.get('STEPS', '150'))
SECONDS = float(os.environ.get('PROPERTY_SECONDS', '15'))  # for the steps of one run
CHANCES = {'burst': 40, 'acknowledge': 25, 'drop': 12, 'login': 14, 'alias': 4, 'new_node': 4, 'restart': 1, 'kill': 2}


@pytest.mark.parametrize('run', range(4))
def test_queues_are_as_the_model_says(tmtpd, run):
    dice = random.Random(SEED + run)
    model, taken, end = Model(tmtpd, dice), [], time.monotonic() + SECONDS
    try:
        while len(taken) < STEPS and time.monotonic() < end:
            taken.append(dice.choices(list(CHANCES), CHANCES.values())[0])
            getattr(model, taken[-1])()
        model.finish()
    except (AssertionError, OSError, TypeError):
        print(f'SEED={SEED + run}, steps: {" ".join(taken)}')
        raise
    print(f'SEED={SEED + run}: {len(taken)} steps, {len(model.history)} messages, {len(model.nodes)} nodes')
