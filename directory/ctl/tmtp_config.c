/* agoractl tmtp-config: what a TMTP server has to be told about this provider, in its own words: a
 * JSON block for mnm's configuration, a section for tmtpd.conf. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "directory/ctl/keys.h"

/* What both say. Clients put code_challenge and state behind the first, code and code_verifier
 * behind the second. */
struct provider {
    const char *issuer, *login_url, *login_params, *token_url, *token_params, *jwks_url;
};

#define REDIRECT "http%3A%2F%2Flocalhost%3A8123%2Fu"

static bool make_provider(struct command_call *call, struct provider *p)
{
    void *mem = call->work->mem;
    const char *base = call->config->agora_base_url;

    p->issuer = base;
    p->login_url = talloc_asprintf(mem, "%s/oauth2/authorize", base);
    p->login_params =
        "response_type=code&client_id=tmtp&redirect_uri=" REDIRECT "&scope=openid%20profile%20tmtp";
    p->token_url = talloc_asprintf(mem, "%s/oauth2/token", base);
    p->token_params = "grant_type=authorization_code&client_id=tmtp&redirect_uri=" REDIRECT;
    p->jwks_url = talloc_asprintf(mem, "%s/oauth2/jwks/tmtp", base);
    return p->login_url != NULL && p->token_url != NULL && p->jwks_url != NULL;
}

static enum agora_status print_mnm(struct command_call *call, const struct provider *p)
{
    json_t *o = json_pack("{s:[{s:s,s:[s,s],s:[s,s],s:s,s:s,s:s}]}", "authby", "label",
                          call->config->agora_organisation, "login", p->login_url, p->login_params,
                          "token", p->token_url, p->token_params, "keys", p->jwks_url, "iss",
                          p->issuer, "aud", "tmtp");
    char *text = o != NULL ? json_dumps(o, JSON_INDENT(2)) : NULL;

    json_decref(o);
    if (text == NULL)
        return work_out_of_memory(call->work);
    puts(text);
    free(text);
    return AGORA_OK;
}

static void print_tmtpd(struct command_call *call, const struct provider *p)
{
    printf("[oidc agora]\nlabel = %s\nissuer = %s\naudience = tmtp\njwks_url = %s\n"
           "login_url = %s\nlogin_params = %s\ntoken_url = %s\ntoken_params = %s\n",
           call->config->agora_organisation, p->issuer, p->jwks_url, p->login_url, p->login_params,
           p->token_url, p->token_params);
}

enum agora_status ctl_tmtp_config(struct command_call *call)
{
    const char *only = call->argc == 1 ? call->argv[0] : "";
    bool mnm = strcmp(only, "mnm") == 0, tmtpd = strcmp(only, "tmtpd") == 0;
    struct provider p;
    enum agora_status s = AGORA_OK;

    if (call->argc > 1 || (call->argc == 1 && !mnm && !tmtpd))
        return AGORA_MALFORMED;
    if (!make_provider(call, &p))
        return work_out_of_memory(call->work);
    if (!tmtpd)
        s = print_mnm(call, &p);
    if (s == AGORA_OK && !mnm)
        print_tmtpd(call, &p);
    return s;
}
