/* A stream for each piece, since a piece is all that one request brings: nothing of a stream's
 * state has to be kept between two requests. */
#include "directory/domain/evidence_seal.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "directory/base/crypto.h"

enum {
    HEADER_LEN = crypto_secretstream_xchacha20poly1305_HEADERBYTES,
    STREAM_LEN = crypto_secretstream_xchacha20poly1305_ABYTES
};
_Static_assert(HEADER_LEN + STREAM_LEN == EVIDENCE_SEAL_LEN, "length");

struct place {
    char text[128];
};

static struct place place_of(const struct evidence_piece *piece)
{
    struct place place;

    snprintf(place.text, sizeof place.text, "key:%.36s|page:%u|offset:%" PRId64, piece->key_id,
             piece->page, piece->offset);
    return place;
}

static unsigned char tag_of(const struct evidence_piece *piece)
{
    return piece->last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL
                       : crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;
}

void evidence_seal(const uint8_t key[EVIDENCE_KEY_LEN], const struct evidence_piece *piece,
                   const void *data, size_t len, uint8_t *out)
{
    crypto_secretstream_xchacha20poly1305_state state;
    struct place place = place_of(piece);

    crypto_secretstream_xchacha20poly1305_init_push(&state, out, key);
    crypto_secretstream_xchacha20poly1305_push(&state, out + HEADER_LEN, NULL, data, len,
                                               (const uint8_t *)place.text, strlen(place.text),
                                               tag_of(piece));
    secret_wipe(&state, sizeof state);
}

bool evidence_open(const uint8_t key[EVIDENCE_KEY_LEN], const struct evidence_piece *piece,
                   const void *sealed, size_t len, void *out)
{
    crypto_secretstream_xchacha20poly1305_state state;
    struct place place = place_of(piece);
    const uint8_t *in = sealed;
    unsigned char tag = 0;

    if (len < EVIDENCE_SEAL_LEN)
        return false;
    bool ok = crypto_secretstream_xchacha20poly1305_init_pull(&state, in, key) == 0 &&
              crypto_secretstream_xchacha20poly1305_pull(
                  &state, out, NULL, &tag, in + HEADER_LEN, len - HEADER_LEN,
                  (const uint8_t *)place.text, strlen(place.text)) == 0 &&
              tag == tag_of(piece);
    secret_wipe(&state, sizeof state);
    return ok;
}
