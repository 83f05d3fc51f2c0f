/*
 * Who is who in TMTP. Random octets are OpenSSL's; a process that has none must not go on.
 */
#include "tmtp-link/server/identity.h"

#include <inttypes.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "tmtp-link/wire/base32.h"

/* A password is 200 random bits, which no number of rounds makes harder to guess; these are for the
 * case that a client chooses its own one day. They take a tenth of a millisecond. */
enum { ROUNDS = 1024, UID_SEED = 32 };

static void random_octets(uint8_t *octets, int len)
{
    if (RAND_bytes(octets, len) != 1) {
        abort();
    }
}

void identity_uid(char uid[TMTP_UID_LEN + 1])
{
    uint8_t seed[UID_SEED];
    uint8_t digest[EVP_MAX_MD_SIZE];

    random_octets(seed, sizeof seed);
    if (EVP_Digest(seed, sizeof seed, digest, NULL, EVP_sha1(), NULL) != 1) {
        abort();
    }
    base32_encode(digest, TMTP_UID_OCTETS, uid);
}

static void hash(const uint8_t *octets, size_t len, uint8_t secret[IDENTITY_SECRET])
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool ok = context != NULL;

    for (int i = 0; i < ROUNDS && ok; i++) {
        ok = EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1 &&
             EVP_DigestUpdate(context, i == 0 ? octets : secret, i == 0 ? len : IDENTITY_SECRET) ==
                 1 &&
             EVP_DigestFinal_ex(context, secret, NULL) == 1;
    }
    EVP_MD_CTX_free(context);
    if (!ok) {
        abort();
    }
}

void identity_node(char password[TMTP_NODE_LEN + 1], uint8_t secret[IDENTITY_SECRET])
{
    uint8_t octets[TMTP_NODE_OCTETS];

    random_octets(octets, sizeof octets);
    base32_encode(octets, sizeof octets, password);
    hash(octets, sizeof octets, secret);
    OPENSSL_cleanse(octets, sizeof octets);
}

bool identity_secret(struct tmtp_text password, uint8_t secret[IDENTITY_SECRET])
{
    uint8_t octets[TMTP_NODE_OCTETS];

    if (!base32_is_text(password.at, password.len)) {
        return false;
    }
    if (base32_decode(password.at, password.len, octets, sizeof octets)) {
        hash(octets, sizeof octets, secret);
    } else {
        random_octets(secret, IDENTITY_SECRET); /* of another length: nobody's */
    }
    OPENSSL_cleanse(octets, sizeof octets);
    return true;
}

/* Characters of UTF-8 text; -1 when a control character is among them. */
static long printable_chars(struct tmtp_text text)
{
    long chars = 0;

    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.at[i];

        if (c < 0x20 || c == 0x7f ||
            (c == 0xc2 && i + 1 < text.len && (unsigned char)text.at[i + 1] < 0xa0)) {
            return -1;
        }
        chars += (c & 0xc0) != 0x80;
    }
    return chars;
}

#define FAULTS(field)                                                                              \
    {                                                                                              \
        field " must be printable characters", field " must be 8+ characters",                     \
            field " must be 80 characters at most"                                                 \
    }

const char *identity_name_fault(enum identity_name field, struct tmtp_text name)
{
    static const char *const faults[][3] = {
        [IDENTITY_NEWALIAS] = FAULTS("newalias"),
        [IDENTITY_GID] = FAULTS("gid"),
        [IDENTITY_TO] = FAULTS("to"),
    };
    long chars = printable_chars(name);

    if (chars < 0) {
        return faults[field][0];
    }
    if (name.len < TMTP_ALIAS_OCTETS_MIN) {
        return faults[field][1];
    }
    return chars > TMTP_ALIAS_CHARS_MAX ? faults[field][2] : NULL;
}

void identity_posted(char posted[POSTED_SIZE])
{
    struct timespec now;
    struct tm utc;
    char seconds[POSTED_SIZE];

    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    strftime(seconds, sizeof seconds, "%Y-%m-%dT%H:%M:%S", &utc);
    snprintf(posted, POSTED_SIZE, "%.19s.%03dZ", seconds, (int)(now.tv_nsec / 1000000));
}

json_t *identity_header(const char *op, const char *from, int64_t id, const char *posted,
                        int64_t datalen)
{
    char text[TMTP_MSGID_LEN + 1];

    snprintf(text, sizeof text, "%016" PRIx64, (uint64_t)id);
    return json_pack("{s:s, s:s, s:s, s:s, s:I}", "op", op, "from", from, "id", text, "posted",
                     posted, "datalen", (json_int_t)datalen);
}
