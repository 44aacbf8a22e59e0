/** What `nixery --help` prints. */
export const help = `nixery: a container registry that builds images while they are pulled

Usage
  nixery serve                    run the registry
  nixery explain NAME [--json]    show the layers of an image without serving it
  nixery popcount ...             count how many packages use each store path (see popcount --help)
  nixery --help | --version

Settings (environment variables; none is needed)
  PORT, HOST                      where to listen                        8080, 127.0.0.1
  NIXERY_CHANNEL                  nixpkgs channel or commit              nixos-unstable
  NIXERY_PKGS_REPO                git repository with a package set
  NIXERY_PKGS_PATH                folder or file with a package set
  NIXERY_PKGS_REVISION            promise that the folder holds this and does not change
  NIXERY_STORAGE_BACKEND          filesystem, gcs or s3                  filesystem
  STORAGE_PATH                    folder of the filesystem backend       .nixery/storage
  GCS_BUCKET                      bucket; GOOGLE_APPLICATION_CREDENTIALS names a key that can sign URLs
  S3_BUCKET, S3_ENDPOINT          bucket and server; AWS_REGION and credentials as the AWS SDK has them
  S3_REDIRECT_ENDPOINT            where clients reach that server        S3_ENDPOINT
  NIXERY_STORAGE_PREFIX           folder of the bucket
  NIXERY_STORAGE_REDIRECT         signed, public or never: how clients fetch layers from the bucket
  NIX_TIMEOUT                     seconds that Nix may work for an image 600
  NIXERY_MAX_BUILDS               images that are built at the same time 4
  NIXERY_MAX_QUEUE                images that may wait to be built       200
  NIX_POPULARITY_URL              URL or file of popularity data
  NIXERY_LOG_FORMAT               json or text                           text on a terminal, else json
  DEBUG                           nixery:* for every request, step of a build and call to Nix
`;
