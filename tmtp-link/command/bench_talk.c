/*
 * What the benchmark says and hears. A post is its client's common beginning, the eight digits of
 * its id, a line of the body that says who sent it, which it is and when it was meant to be sent,
 * and filler. Its inner header is that of a reply, which a server with check_inner takes as well.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tmtp-link/command/bench.h"
#include "tmtp-link/command/bench_scan.h"

enum {
    /* "ssssssss nnnnnnnnnnnnnnnn tttttttttttttttt\n": sender, number, microseconds */
    LINE_SENDER = 0,
    LINE_NUMBER = 9,
    LINE_SENT = 26,
    LINE_LEN = 43,
    ID_DIGITS = 8,
    HEADER_ROOM = 512,
    GATHER_MAX = 128 << 10, /* octets said in one turn before they are sent */
};

static void say(struct bench *bench, struct bench_client *client, const void *octets, size_t len)
{
    if (!bench_octets_add(&bench->out, octets, len)) {
        bench_note(bench, "client %u: no memory", client->index);
    }
}

void bench_talk_greet(struct bench *bench, struct bench_client *client)
{
    static const char rev[] = "0011{\"op\":0,\"id\":\"1\"}";
    char json[HEADER_ROOM];
    char length[5];
    int len = snprintf(json, sizeof json,
                       "{\"op\":1,\"newnode\":\"bench\",\"newalias\":\"bench %s %05u\"}",
                       bench->run, client->index);

    snprintf(length, sizeof length, "%04x", (unsigned)len);
    say(bench, client, rev, sizeof rev - 1);
    say(bench, client, length, 4);
    say(bench, client, json, (size_t)len);
}

bool bench_talk_prepare(struct bench *bench, struct bench_client *client)
{
    const char *to = bench->clients[client->target].uid;
    char head[HEADER_ROOM], json[HEADER_ROOM];
    int head_len = snprintf(head, sizeof head,
                            "{\"alias\":\"bench %s %05u\",\"threadid\":\"7fffffffffffffff\"}",
                            bench->run, client->index);
    int len = snprintf(json, sizeof json,
                       "{\"op\":7,\"id\":\"00000000\",\"datahead\":%d,\"datalen\":%u,"
                       "\"for\":[{\"id\":\"%s\",\"type\":1}]}",
                       head_len, bench->options.octets, to);

    client->post_id_at = 4 + strlen("{\"op\":7,\"id\":\"");
    client->post_len = (size_t)(4 + len + head_len);
    client->filler_len = bench->options.octets - (size_t)head_len - LINE_LEN;
    return asprintf(&client->post, "%04x%s%s", (unsigned)len, json, head) > 0;
}

/* When a post was meant to be sent: its place in the rate, or now. */
static int64_t meant_us(const struct bench *bench, const struct bench_client *client)
{
    uint64_t place = client->index + client->posted * bench->senders;

    if (bench->options.rate == 0) {
        return bench->now_us;
    }
    return bench->load_begun_us + (int64_t)(place * 1000000 / bench->options.rate);
}

static void post_one(struct bench *bench, struct bench_client *client)
{
    size_t begin = bench->out.len;
    char line[LINE_LEN];

    memset(line, ' ', sizeof line);
    line[LINE_LEN - 1] = '\n';
    bench_write_hex(line + LINE_SENDER, 8, client->index);
    bench_write_hex(line + LINE_NUMBER, 16, client->posted);
    bench_write_hex(line + LINE_SENT, 16, (uint64_t)meant_us(bench, client));
    say(bench, client, client->post, client->post_len);
    say(bench, client, line, sizeof line);
    say(bench, client, bench->filler, client->filler_len);
    bench_write_hex(bench->out.at + begin + client->post_id_at, ID_DIGITS, client->posted);
    client->posted++;
    bench->posted++;
    if (client->owed > 0) {
        client->owed--;
        bench->owed--;
    }
}

void bench_talk_post(struct bench *bench, struct bench_client *client)
{
    while (client->state == BENCH_READY && client->post != NULL && client->out.len == 0 &&
           client->posted - client->acked - client->refused < bench->options.window &&
           (bench->options.rate == 0 ? bench->loading : client->owed > 0)) {
        post_one(bench, client);
        if (bench->out.len > GATHER_MAX) {
            bench_link_flush(bench, client);
        }
    }
}

void bench_talk_pulse(struct bench *bench, struct bench_client *client)
{
    static const char pulse[] = "0009{\"op\":11}";

    say(bench, client, pulse, sizeof pulse - 1);
}

/* A client is registered: it may begin. */
static void be_ready(struct bench *bench, struct bench_client *client)
{
    if (client->state != BENCH_ENTERING) {
        return;
    }
    bench->entering--;
    bench->ready++;
    client->state = BENCH_READY;
    latency_add(&bench->entered, bench->now_us - client->begun_us);
    if (bench->options.only_register) {
        bench_link_close(bench, client, BENCH_DONE);
    } else if (client->holds_only) {
        SSL_set_mode(client->ssl, SSL_MODE_RELEASE_BUFFERS);
    }
}

static void hear_ack(struct bench *bench, struct bench_client *client,
                     const struct bench_header *header)
{
    if (header->error.at == NULL) {
        client->acked++;
        bench->acked++;
        return;
    }
    bench_note(bench, "a post was refused: %.*s", (int)header->error.len, header->error.at);
    client->refused++;
    bench->refused++;
}

/* An answer, or what else is not queued. @return false when it is a message, to be acked */
static bool hear_answer(struct bench *bench, struct bench_client *client,
                        const struct bench_header *header)
{
    if (bench_text_is(header->op, "ack")) {
        hear_ack(bench, client, header);
    } else if (bench_text_is(header->op, "registered") && header->uid.len == TMTP_UID_LEN) {
        memcpy(client->uid, header->uid.at, TMTP_UID_LEN);
    } else if (bench_text_is(header->op, "info")) {
        be_ready(bench, client);
    } else if (bench_text_is(header->op, "quit")) {
        bench_note(bench, "client %u: the server ended the session: %.*s", client->index,
                   (int)header->error.len, header->error.at == NULL ? "" : header->error.at);
        bench_link_close(bench, client, BENCH_GONE);
    } else {
        return bench_text_is(header->op, "tmtprev") || bench_text_is(header->op, "ohi");
    }
    return true;
}

/* What the line at the head of a body says of the message that is arriving. */
static void read_line(struct bench_arriving *arriving, const char *line)
{
    uint64_t sender, sent;

    arriving->ours = bench_read_hex(line + LINE_SENDER, 8, &sender) &&
                     bench_read_hex(line + LINE_NUMBER, 16, &arriving->number) &&
                     bench_read_hex(line + LINE_SENT, 16, &sent);
    if (arriving->ours) {
        arriving->sender = (uint32_t)sender;
        arriving->sent_us = (int64_t)sent;
    }
}

/* A message is here as a whole: count it, and say so. */
static void finish(struct bench *bench, struct bench_client *client)
{
    static const char ack[] = "002d{\"op\":10,\"id\":\"0000000000000000\",\"type\":\"ok\"}";
    const struct bench_arriving *arriving = &client->arriving;
    size_t begin = bench->out.len;

    if (arriving->ours && arriving->sender < bench->senders &&
        bench->clients[arriving->sender].target == client->index) {
        bench->delivered++;
        bench->once += order_add(&bench->clients[arriving->sender].order, arriving->number);
        latency_add(&bench->latency, bench->now_us - arriving->sent_us);
    } else {
        bench->strange++;
    }
    say(bench, client, ack, sizeof ack - 1);
    memcpy(bench->out.at + begin + strlen("002d{\"op\":10,\"id\":\""), arriving->id,
           TMTP_MSGID_LEN);
}

/* A frame whose header is here; octets of it that are used, 0 when more must come first. */
static size_t take_data(struct bench *bench, struct bench_client *client,
                        const struct bench_header *header, const char *data, size_t len)
{
    struct bench_arriving *arriving = &client->arriving;
    bool has_line = header->datalen >= header->datahead + LINE_LEN;

    if (has_line && len < header->datahead + LINE_LEN) {
        return 0;
    }
    *arriving = (struct bench_arriving){0};
    if (has_line && bench_text_is(header->op, "delivery")) {
        read_line(arriving, data + header->datahead);
    }
    memcpy(arriving->id, header->id.at, TMTP_MSGID_LEN);
    arriving->left = header->datalen > len ? header->datalen - len : 0;
    if (arriving->left == 0) {
        finish(bench, client);
    }
    return header->datalen > len ? len : (size_t)header->datalen;
}

/* Take one frame, or the first part of a long one; octets used, 0 when more must come first. */
static size_t take_frame(struct bench *bench, struct bench_client *client, const char *octets,
                         size_t len)
{
    struct bench_header header;
    uint64_t json_len = 0;
    size_t used;

    if (len < 4 || !bench_read_hex(octets, 4, &json_len) || len < 4 + json_len) {
        return 0;
    }
    if (!bench_scan(octets + 4, json_len, &header)) {
        bench_note(bench, "client %u: a header that can't be read", client->index);
        bench_link_close(bench, client, BENCH_GONE);
        return 0;
    }
    used = 4 + (size_t)json_len;
    if (hear_answer(bench, client, &header) || header.id.len != TMTP_MSGID_LEN) {
        return used;
    }
    if (header.datalen == 0) {
        take_data(bench, client, &header, NULL, 0);
        return used;
    }
    len = take_data(bench, client, &header, octets + used, len - used);
    return len == 0 ? 0 : used + len;
}

size_t bench_talk_take(struct bench *bench, struct bench_client *client, const char *octets,
                       size_t len)
{
    struct bench_arriving *arriving = &client->arriving;
    size_t at = 0;

    while (at < len && client->fd >= 0) {
        size_t used = 0;

        if (arriving->left > 0) {
            used = len - at < arriving->left ? len - at : (size_t)arriving->left;
            arriving->left -= used;
            if (arriving->left == 0) {
                finish(bench, client);
            }
        } else {
            used = take_frame(bench, client, octets + at, len - at);
        }
        if (used == 0) {
            break;
        }
        at += used;
    }
    return at;
}
