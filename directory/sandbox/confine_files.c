/* Landlock by its three system calls: glibc has no wrappers, and Debian 12's headers end at version
 * 2, so what later versions added is written down here. Documentation/userspace-api/landlock.rst of
 * the kernel. */
#include "directory/sandbox/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* struct landlock_ruleset_attr of version 4; the kernel takes a shorter one too. */
struct ruleset {
    uint64_t files;
    uint64_t network;
};

enum { NET_BIND_AND_CONNECT = 3, VERSION_REFER = 2, VERSION_TRUNCATE = 3, VERSION_NETWORK = 4 };

#define RIGHTS_OF_1    ((LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1)
#define RIGHT_TRUNCATE (1ULL << 14)

static uint64_t rights_of(long version)
{
    uint64_t rights = RIGHTS_OF_1;

    if (version >= VERSION_REFER)
        rights |= LANDLOCK_ACCESS_FS_REFER;
    if (version >= VERSION_TRUNCATE)
        rights |= RIGHT_TRUNCATE;
    return rights;
}

static bool allow(int rules, const char *path, uint64_t rights)
{
    struct stat st;
    int fd = open(path, O_PATH | O_CLOEXEC);

    if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR || errno == EACCES;
    bool ok = fstat(fd, &st) == 0;
    if (ok && !S_ISDIR(st.st_mode))
        rights &= ~(uint64_t)LANDLOCK_ACCESS_FS_READ_DIR;
    struct landlock_path_beneath_attr rule = {.allowed_access = rights, .parent_fd = fd};
    ok = ok && syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
    close(fd);
    return ok;
}

static bool allow_all(int rules, const char *const *paths, uint64_t rights)
{
    for (; paths != NULL && *paths != NULL; paths++)
        if (!allow(rules, *paths, rights))
            return false;
    return true;
}

int confine_files(const char *const *readable, const char *const *runnable, bool network)
{
    const uint64_t read = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

    if (version < 1)
        return 0; /* ENOSYS: not built in; EOPNOTSUPP: not switched on; EPERM: a container's filter
                   */
    struct ruleset asked = {rights_of(version), network ? 0 : NET_BIND_AND_CONNECT};
    size_t size = version >= VERSION_NETWORK ? sizeof asked : sizeof asked.files;
    int rules = (int)syscall(SYS_landlock_create_ruleset, &asked, size, 0);
    if (rules < 0)
        return -1;
    bool ok = allow_all(rules, readable, read) &&
              allow_all(rules, runnable, read | LANDLOCK_ACCESS_FS_EXECUTE) &&
              syscall(SYS_landlock_restrict_self, rules, 0) == 0;
    close(rules);
    return ok ? (int)version : -1;
}
