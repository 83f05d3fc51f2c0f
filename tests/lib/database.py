"""A migrated directory database without the rest of an instance, for what tests or measures C by itself."""
import pathlib
import subprocess


def migrated(cluster, binaries, http=''):
    """Makes the database `agora` in a cluster; gives the configuration file that names it."""
    cluster.make_databases('agora')
    for extension in ('pg_trgm', 'unaccent', 'fuzzystrmatch'):
        cluster.psql('agora', f'create extension if not exists {extension} with schema public')
    config = pathlib.Path(cluster.folder) / 'agorad.conf'
    config.write_text(f'[http]\nstatic_dir =\n{http}'
                      f'[database]\nconnection = {cluster.dsn("agora", "agora_app")}\n'
                      f'owner_connection = {cluster.dsn("agora", "agora_owner")}\n')
    subprocess.run([binaries / 'agoractl', '--config', config, 'migrate'], check=True, stdout=subprocess.DEVNULL)
    return config
