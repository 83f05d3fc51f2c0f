/* The configuration: an INI file read once into a struct. The rows of config.def say which keys
 * there are; a field is named section_key. Anything unknown in the file is an error that names file
 * and line. */
#ifndef AGORA_BASE_CONFIG_H
#define AGORA_BASE_CONFIG_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "directory/base/error.h"

struct config {
    const char *path; /* file it was read from, "" when all defaults */
#define CONFIG_TEXT(section, key, fallback, meaning)          const char *section##_##key;
#define CONFIG_INT(section, key, fallback, min, max, meaning) int64_t section##_##key;
#define CONFIG_BOOL(section, key, fallback, meaning)          bool section##_##key;
#include "directory/base/config.def"
#undef CONFIG_TEXT
#undef CONFIG_INT
#undef CONFIG_BOOL
};

/**
 * Read a configuration file; keys it does not have keep their defaults.
 *
 * @param mem      talloc parent of the configuration
 * @param path     file, or NULL for the defaults alone
 * @param[out] out configuration, all texts owned by it
 * @param e        filled on failure: text says file, line and what is wrong
 * @return AGORA_OK; AGORA_UNAVAILABLE when the file cannot be read; AGORA_INVALID_FIELD for an
 * unknown section or key, a repeated key, or a value out of its bounds
 */
enum agora_status config_read(void *mem, const char *path, struct config **out,
                              struct error *e) AGORA_CHECKED;

/**
 * Write every key with its meaning and the value in force, as a file that config_read() takes.
 *
 * @param config configuration
 * @param out    where to
 */
void config_print(const struct config *config, FILE *out);

/** The same table as a section of agorad.conf(5), in mdoc. */
void config_print_manual(FILE *out);

#endif
