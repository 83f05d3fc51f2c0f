/*
 * The operator's acts on the database, each a program run of its own: bring it to the version of
 * the program, and make accounts for services.
 */
#ifndef TMTPD_MIGRATE_H
#define TMTPD_MIGRATE_H

/**
 * Run the migrations that the database has not had, and make all functions anew.
 *
 * One transaction, under a lock: two at once do it once. A database that is newer than the program
 * is refused.
 *
 * @param conninfo libpq connection string of the database's owner
 * @return exit status; what went wrong is in the log
 */
int migrate(const char *conninfo);

#endif
