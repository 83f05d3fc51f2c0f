/* A message is made whole in memory, then handed to libcurl or written beside the others. Names and
 * addresses come from members: anything that could begin a header of its own is refused, never
 * mended. */
#include "directory/domain/mail.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>

#include "directory/base/config.h"
#include "directory/base/file.h"
#include "directory/base/log.h"

enum { TIMEOUT_S = 30, WORD_OCTETS = 45 };

static bool is_clean(const char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            return false;
    return true;
}

static bool is_address(const char *text)
{
    const char *at = strchr(text, '@');

    return at != NULL && at != text && at[1] != '\0' && is_clean(text) &&
           strpbrk(text, " <>,;:\"()[]\\") == NULL;
}

static bool is_id(const char *text)
{
    return *text != '\0' && text[strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                              "0123456789-")] == '\0';
}

/* The address within `Name <address>`, or the whole. */
static const char *bare_address(const void *mem, const char *from)
{
    const char *open = strrchr(from, '<');
    size_t len = open != NULL ? strcspn(open + 1, ">") : strlen(from);

    return talloc_strndup(mem, open != NULL ? open + 1 : from, len);
}

static bool is_ascii(const char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text >= 0x80)
            return false;
    return true;
}

/* A subject as RFC 2047 encoded words where it is not ASCII: pieces that never cut a character. */
static char *encode_subject(void *mem, const char *subject)
{
    char word[sodium_base64_ENCODED_LEN(WORD_OCTETS, sodium_base64_VARIANT_ORIGINAL)];
    char *out = talloc_strdup(mem, is_ascii(subject) ? subject : "");
    size_t len = is_ascii(subject) ? 0 : strlen(subject);

    while (len > 0 && out != NULL) {
        size_t n = len < WORD_OCTETS ? len : WORD_OCTETS;
        while (n < len && n > 0 && ((unsigned char)subject[n] & 0xc0) == 0x80)
            n--;
        sodium_bin2base64(word, sizeof word, (const unsigned char *)subject, n,
                          sodium_base64_VARIANT_ORIGINAL);
        out = talloc_asprintf_append(out, "%s=?UTF-8?B?%s?=", *out != '\0' ? "\r\n " : "", word);
        subject += n;
        len -= n;
    }
    return out;
}

/* The text with CR LF as mail has it. */
static char *mail_lines(void *mem, const char *text)
{
    char *out = talloc_size(mem, 2 * strlen(text) + 1), *to = out;

    if (out == NULL)
        return NULL;
    for (; *text != '\0'; text++) {
        if (*text == '\r')
            continue;
        if (*text == '\n')
            *to++ = '\r';
        *to++ = *text;
    }
    *to = '\0';
    return out;
}

/* The headers by which a mail program ends such messages with one click (RFC 2369, RFC 8058); none
 * when there is nothing to end. */
static const char *list_headers(void *mem, const char *unsubscribe)
{
    if (unsubscribe == NULL)
        return "";
    return talloc_asprintf(mem,
                           "List-Unsubscribe: <%s>\r\n"
                           "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
                           unsubscribe);
}

static char *make_message(struct work *w, const struct mail *m, const char *id)
{
    const char *from = w->config->mail_from, *bare = bare_address(w->mem, from);
    const char *line = encode_subject(w->mem, m->subject), *body = mail_lines(w->mem, m->text);
    const char *list = list_headers(w->mem, m->unsubscribe);
    char date[64];
    time_t now = time(NULL);
    struct tm utc;

    if (bare == NULL || line == NULL || body == NULL || list == NULL)
        return NULL;
    gmtime_r(&now, &utc);
    strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S +0000", &utc);
    const char *host = strchr(bare, '@');
    return talloc_asprintf(w->mem,
                           "Date: %s\r\nFrom: %s\r\nTo: %s\r\nSubject: %s\r\nMessage-ID: <%s%s>\r\n"
                           "Auto-Submitted: auto-generated\r\n%sMIME-Version: 1.0\r\n"
                           "Content-Type: text/plain; charset=utf-8\r\n"
                           "Content-Transfer-Encoding: 8bit\r\n\r\n%s",
                           date, from, m->to, line, id, host != NULL ? host : "@localhost", list,
                           body);
}

static enum agora_status write_all(struct work *w, const char *path, int fd, const char *text)
{
    size_t left = strlen(text);

    while (left > 0) {
        ssize_t n = write(fd, text, left);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return error_detail(&w->error, AGORA_UNAVAILABLE, "%s: %s", path, strerror(errno));
        text += n;
        left -= (size_t)n;
    }
    return fsync(fd) == 0
               ? AGORA_OK
               : error_detail(&w->error, AGORA_UNAVAILABLE, "%s: %s", path, strerror(errno));
}

/* Written aside and renamed, so that nobody reads half a message. */
static enum agora_status write_file(struct work *w, const char *message, const char *id)
{
    static bool told; /* by the worker's one thread */
    const char *folder = w->config->mail_mail_dir;
    char *path = talloc_asprintf(w->mem, "%s/%s.eml", folder, id);
    char *part = talloc_asprintf(w->mem, "%s/.%s.part", folder, id);

    if (path == NULL || part == NULL)
        return work_out_of_memory(w);
    if (!told)
        log_event(LOG_NOTICE, "mail_goes_to_folder", w, "folder", folder, NULL);
    told = true;
    int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return error_detail(&w->error, AGORA_UNAVAILABLE, "%s: %s", part, strerror(errno));
    enum agora_status s = write_all(w, part, fd, message);
    close(fd);
    if (s == AGORA_OK && rename(part, path) != 0)
        s = error_detail(&w->error, AGORA_UNAVAILABLE, "%s: %s", path, strerror(errno));
    return s;
}

struct reading {
    const char *text;
    size_t left;
};

static size_t read_message(char *to, size_t size, size_t n, void *user)
{
    struct reading *r = user;
    size_t len = r->left < size * n ? r->left : size * n;

    memcpy(to, r->text, len);
    r->text += len;
    r->left -= len;
    return len;
}

static bool is_local(const char *url)
{
    return strncmp(url, "smtp://localhost", 16) == 0 || strncmp(url, "smtp://127.", 11) == 0 ||
           strncmp(url, "smtp://[::1]", 12) == 0;
}

static enum agora_status set_user(struct work *w, CURL *curl)
{
    const struct config *c = w->config;
    char *password;

    if (c->mail_user[0] == '\0')
        return AGORA_OK;
    enum agora_status s = file_secret(w->mem, c->mail_password_file, &password, &w->error);
    if (s != AGORA_OK)
        return s;
    curl_easy_setopt(curl, CURLOPT_USERNAME, c->mail_user);
    curl_easy_setopt(curl, CURLOPT_PASSWORD, password);
    return AGORA_OK;
}

/* 5yz to a recipient or a message is for good; everything else is worth another try. */
static enum agora_status judge(struct work *w, CURL *curl, CURLcode code, const char *why)
{
    long answer = 0;

    if (code == CURLE_OK)
        return AGORA_OK;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer);
    bool for_good = answer >= 550 && answer <= 559;
    return error_detail(&w->error, for_good ? AGORA_INVALID_FIELD : AGORA_UNAVAILABLE,
                        "SMTP: %s (%ld)", why[0] != '\0' ? why : curl_easy_strerror(code), answer);
}

static enum agora_status transfer(struct work *w, CURL *curl, struct curl_slist *to,
                                  const char *message)
{
    const struct config *c = w->config;
    struct reading r = {message, strlen(message)};
    char why[CURL_ERROR_SIZE] = "";
    bool plain = is_local(c->mail_smtp_url) && c->mail_user[0] == '\0';

    curl_easy_setopt(curl, CURLOPT_URL, c->mail_smtp_url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(curl, CURLOPT_USE_SSL, plain ? (long)CURLUSESSL_NONE : (long)CURLUSESSL_ALL);
    curl_easy_setopt(curl, CURLOPT_MAIL_FROM, bare_address(w->mem, c->mail_from));
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, read_message);
    curl_easy_setopt(curl, CURLOPT_READDATA, &r);
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)TIMEOUT_S);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why);
    enum agora_status s = set_user(w, curl);
    return s == AGORA_OK ? judge(w, curl, curl_easy_perform(curl), why) : s;
}

static enum agora_status send_smtp(struct work *w, const char *to, const char *message)
{
    CURL *curl = curl_easy_init();
    const char *bracketed = talloc_asprintf(w->mem, "<%s>", to);
    struct curl_slist *list = bracketed != NULL ? curl_slist_append(NULL, bracketed) : NULL;
    enum agora_status s =
        curl != NULL && list != NULL ? transfer(w, curl, list, message) : work_out_of_memory(w);

    curl_slist_free_all(list);
    curl_easy_cleanup(curl);
    return s;
}

static bool is_link(const char *text)
{
    return is_clean(text) && strpbrk(text, " <>,") == NULL &&
           (strncmp(text, "https://", 8) == 0 || strncmp(text, "http://", 7) == 0);
}

enum agora_status mail_send(struct work *w, const struct mail *m, const char *id)
{
    if (!is_address(m->to) || !is_clean(m->subject) || !is_id(id) ||
        !is_clean(w->config->mail_from) || (m->unsubscribe != NULL && !is_link(m->unsubscribe)))
        return error_detail(&w->error, AGORA_INVALID_FIELD,
                            "message %s: an address or line that cannot go into a header",
                            is_id(id) ? id : "of no id");
    const char *message = make_message(w, m, id);
    if (message == NULL)
        return work_out_of_memory(w);
    return w->config->mail_smtp_url[0] != '\0' ? send_smtp(w, m->to, message)
                                               : write_file(w, message, id);
}
