//! Settings: from the environment, or from a TOML file whose keys are the same names in lower case without `MINUTED_`.

use std::{fmt, net::SocketAddr, path::PathBuf};

use anyhow::{Context, bail};
use backend::{
    Surroundings,
    files::Place,
    mail::Mailer,
    secrets::Keyring,
    sessions::{PeerDigest, PeerPasswords},
};
use figment::{
    Figment,
    providers::{Format, Serialized, Toml},
};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use url::Url;

/// Every setting with its meaning: the text of `--help`, and a test compares it with docs/operations.md.
pub const SETTINGS: &[(&str, &str)] = &[
    (
        "DATABASE_URL",
        "PostgreSQL 15+ or Citus; absent: a private cluster in the data folder",
    ),
    (
        "MINUTED_LISTEN",
        "address and port to listen on; default 127.0.0.1:3000",
    ),
    (
        "MINUTED_PUBLIC_URL",
        "where users reach Minuted; default http:// and the address listened on",
    ),
    (
        "MINUTED_DATA_DIR",
        "folder for the cluster, keys and files; default /var/lib/minuted as root, else ~/.local/share/minuted",
    ),
    (
        "MINUTED_STORAGE_URL",
        "where recordings and transcripts are kept, file:///folder or s3://bucket/prefix with AWS_* variables; default: files in the data folder",
    ),
    (
        "MINUTED_RECORDING_CACHE",
        "room on the disk for recordings that are being watched, in GiB; 0 for none; default 8",
    ),
    (
        "MINUTED_SECRET_KEY",
        "keys for secrets in the database, each 32 bytes in base64 or hexadecimal: the first encrypts, all decrypt; default: made in the data folder",
    ),
    ("MINUTED_SECRET_KEY_FILE", "file that holds the keys"),
    (
        "MINUTED_GRAPH_URL",
        "base of Microsoft Graph; default Microsoft's global cloud",
    ),
    (
        "MINUTED_LOGIN_URL",
        "base of Microsoft's sign-in; default Microsoft's global cloud",
    ),
    (
        "MINUTED_NOTIFICATION_CERTIFICATES_FILE",
        "PEM file with certificates and private keys for which Microsoft encrypts its notifications; default: none, they hold ids only",
    ),
    (
        "MINUTED_SMTP_URL",
        "server for mails, as smtps://user:password@host; default: .eml files in the data folder",
    ),
    (
        "MINUTED_MAIL_FROM",
        "sender of mails; default Minuted <minuted@ the host of the public URL>",
    ),
    (
        "MINUTED_TRUSTED_PROXIES",
        "networks whose X-Forwarded-For is believed, as 10.0.0.0/8,::1/128; default none",
    ),
    (
        "MINUTED_PEER_PASSWORD_PEPPER",
        "pepper of the passwords that users bring from the peer (its NEXTAUTH_SECRET)",
    ),
    ("MINUTED_PEER_PASSWORD_PEPPER_FILE", "file that holds the pepper"),
    (
        "MINUTED_PEER_PASSWORD_ITERATIONS",
        "PBKDF2 rounds of those passwords; default 10000",
    ),
    (
        "MINUTED_PEER_PASSWORD_DIGEST",
        "digest of those passwords, sha512 or sha256; default sha512",
    ),
    (
        "MINUTED_LOG",
        "what is logged, as `level` or `target=level,…`; default info",
    ),
    ("MINUTED_LOG_FORMAT", "text or json; default text"),
    (
        "MINUTED_CONFIG",
        "a TOML file with settings; the environment wins over it",
    ),
];

/// The settings as they were given.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listen: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_dir: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recording_cache: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_key_file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub graph_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub login_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notification_certificates_file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub smtp_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mail_from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trusted_proxies: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peer_password_pepper: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peer_password_pepper_file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peer_password_iterations: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peer_password_digest: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_format: Option<String>,
}

/// The settings, checked.
#[derive(Clone)]
pub struct Config {
    /// `None`: the private cluster.
    pub database_url: Option<String>,
    pub listen: SocketAddr,
    pub public_url: Url,
    pub data_dir: PathBuf,
    pub surroundings: Surroundings,
    /// Who may say for whom a request is made.
    pub trusted_proxies: Vec<IpNet>,
    pub log: String,
    pub log_json: bool,
    secret_key: Option<String>,
    /// Where the keys are read from, if not from the environment.
    key_file: Option<PathBuf>,
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("listen", &self.listen)
            .field("data_dir", &self.data_dir)
            .finish_non_exhaustive()
    }
}

impl Config {
    /// Reads the process's environment and the file that it names.
    pub fn load() -> anyhow::Result<Self> {
        Self::from_vars(
            std::env::vars_os().filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?))),
        )
    }

    pub fn from_vars(vars: impl IntoIterator<Item = (String, String)>) -> anyhow::Result<Self> {
        let (mut settings, mut aws) = (serde_json::Map::new(), Vec::new());
        let (mut file, mut home, mut user) = (None, None, None);
        for (key, value) in vars {
            match (key.as_str(), key.strip_prefix("MINUTED_")) {
                (_, _) if value.is_empty() => {}
                ("HOME", _) => home = Some(value),
                ("USER", _) => user = Some(value),
                ("MINUTED_CONFIG", _) => file = Some(value),
                ("DATABASE_URL", _) => drop(settings.insert("database_url".to_owned(), value.into())),
                (_, Some(name)) if SETTINGS.iter().any(|(known, _)| *known == key) => {
                    settings.insert(name.to_lowercase(), value.into());
                }
                (_, Some(_)) => bail!("unknown setting {key}; `minuted --help` lists them all"),
                (_, None) if key.starts_with("AWS_") => aws.push((key, value)),
                (_, None) => {}
            }
        }
        let mut figment = Figment::new();
        if let Some(path) = &file {
            if !std::path::Path::new(path).is_file() {
                bail!("MINUTED_CONFIG names {path}, but there is no such file");
            }
            figment = figment.merge(Toml::file_exact(path));
        }
        let settings: Settings = figment
            .merge(Serialized::defaults(settings))
            .extract()
            .map_err(|error| {
                let place = file.as_deref().unwrap_or("the environment");
                anyhow::anyhow!("a setting in {place} cannot be used: {error}")
            })?;
        Self::check(settings, home.as_deref(), user.as_deref(), &aws)
    }

    fn check(
        settings: Settings,
        home: Option<&str>,
        user: Option<&str>,
        aws: &[(String, String)],
    ) -> anyhow::Result<Self> {
        let listen: SocketAddr = match &settings.listen {
            None => SocketAddr::from(([127, 0, 0, 1], 3000)),
            Some(text) => text.parse().map_err(|_| {
                anyhow::anyhow!("MINUTED_LISTEN is `{text}`, but must be an address and a port: 127.0.0.1:3000")
            })?,
        };
        let public_url = base(
            "MINUTED_PUBLIC_URL",
            settings.public_url.as_deref().unwrap_or(&format!("http://{listen}")),
        )?;
        let microsoft = backend::Microsoft {
            graph: base(
                "MINUTED_GRAPH_URL",
                settings.graph_url.as_deref().unwrap_or(backend::Microsoft::GRAPH),
            )?,
            login: base(
                "MINUTED_LOGIN_URL",
                settings.login_url.as_deref().unwrap_or(backend::Microsoft::LOGIN),
            )?,
            patience: backend::Microsoft::PATIENCE,
            notification_certificates: secret(
                "MINUTED_NOTIFICATION_CERTIFICATES",
                None,
                settings.notification_certificates_file.as_deref(),
            )?,
        };
        if let Some(url) = &settings.database_url
            && !(url.starts_with("postgres://") || url.starts_with("postgresql://"))
        {
            bail!("DATABASE_URL must begin with postgres:// or postgresql://");
        }
        let log_json = match settings.log_format.as_deref() {
            None | Some("text") => false,
            Some("json") => true,
            Some(other) => bail!("MINUTED_LOG_FORMAT is `{other}`, but must be text or json"),
        };
        let secret_key = secret(
            "MINUTED_SECRET_KEY",
            settings.secret_key.as_deref(),
            settings.secret_key_file.as_deref(),
        )?;
        if let Some(keys) = &secret_key {
            Keyring::read(keys).with_context(|| match &settings.secret_key_file {
                Some(path) => format!("MINUTED_SECRET_KEY_FILE {path} cannot be used"),
                None => "MINUTED_SECRET_KEY cannot be used".to_owned(),
            })?;
        }
        let data_dir: PathBuf = match &settings.data_dir {
            Some(path) if PathBuf::from(path).is_absolute() => path.into(),
            Some(path) => bail!("MINUTED_DATA_DIR is `{path}`, but must be an absolute path"),
            None => default_data_dir(home, user)?,
        };
        let surroundings = Surroundings {
            mailer: mailer(&settings, &public_url, &data_dir)?,
            scratch: data_dir.clone(),
            recording_cache: recording_cache(settings.recording_cache.as_deref())?,
            files: match &settings.storage_url {
                Some(url) => Place::from_url(url, aws.iter().map(|(name, value)| (name.as_str(), value.as_str())))?,
                None => Place::Folder(data_dir.join("files")),
            },
            public_url: public_url.clone(),
            peer_passwords: peer_passwords(&settings)?,
            microsoft,
        };
        let key_file = match (&secret_key, settings.secret_key_file) {
            (Some(_), path) => path.map(PathBuf::from),
            (None, _) => Some(data_dir.join("secret.key")),
        };
        Ok(Self {
            trusted_proxies: networks(settings.trusted_proxies.as_deref().unwrap_or_default())?,
            database_url: settings.database_url,
            listen,
            public_url,
            data_dir,
            surroundings,
            log: settings.log.unwrap_or_else(|| "info".to_owned()),
            log_json,
            key_file,
            secret_key,
        })
    }

    /// The file with the keys, if others than its owner and group can read it.
    pub fn open_key_file(&self) -> Option<&std::path::Path> {
        use std::os::unix::fs::MetadataExt;
        let path = self.key_file.as_deref()?;
        let mode = std::fs::metadata(path).ok()?.mode();
        (mode & 0o004 != 0).then_some(path)
    }

    /// The keys for secrets: those given, or those in the data folder, where one is made when there is none.
    pub fn keyring(&self) -> anyhow::Result<Keyring> {
        if let Some(keys) = &self.secret_key {
            return Ok(Keyring::read(keys)?);
        }
        let path = self.data_dir.join("secret.key");
        match std::fs::read_to_string(&path) {
            Ok(keys) => Keyring::read(&keys).with_context(|| format!("{} holds no usable key", path.display())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let key = Keyring::generate();
                write_private(&path, &key).with_context(|| format!("{} cannot be written", path.display()))?;
                // Another process may have been faster: what stands in the file counts.
                Ok(Keyring::read(&std::fs::read_to_string(&path)?)?)
            }
            Err(error) => Err(error).with_context(|| format!("{} cannot be read", path.display())),
        }
    }
}

/// A secret from the setting, or from the file that `<setting>_FILE` names.
fn secret(name: &str, value: Option<&str>, file: Option<&str>) -> anyhow::Result<Option<String>> {
    match (value, file) {
        (Some(_), Some(_)) => bail!("give {name} or {name}_FILE, not both"),
        (Some(value), None) => Ok(Some(value.to_owned())),
        (None, Some(path)) => {
            let text = std::fs::read_to_string(path).with_context(|| format!("{name}_FILE {path} cannot be read"))?;
            Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned()))
        }
        (None, None) => Ok(None),
    }
}

/// In bytes.
fn recording_cache(gibibytes: Option<&str>) -> anyhow::Result<u64> {
    const GIB: u64 = 1 << 30;
    const MOST: u64 = 1 << 20;
    match gibibytes {
        None => Ok(8 * GIB),
        Some(text) => match text.parse::<u64>() {
            Ok(number) if number <= MOST => Ok(number * GIB),
            _ => bail!("MINUTED_RECORDING_CACHE is `{text}`, but must be a number of GiB from 0 to {MOST}"),
        },
    }
}

fn mailer(settings: &Settings, public_url: &Url, data_dir: &std::path::Path) -> anyhow::Result<Mailer> {
    // Mail needs a domain; RFC 2606 keeps this one for addresses that nobody can answer.
    let host = match public_url.host() {
        Some(url::Host::Domain(name)) if name.contains('.') => name.to_owned(),
        _ => "minuted.invalid".to_owned(),
    };
    let default = format!("Minuted <minuted@{host}>");
    let from = settings.mail_from.as_deref().unwrap_or(&default);
    Ok(match &settings.smtp_url {
        Some(url) => Mailer::smtp(url, from)?,
        None => Mailer::folder(data_dir.join("mail"), from)?,
    })
}

fn peer_passwords(settings: &Settings) -> anyhow::Result<Option<PeerPasswords>> {
    let pepper = secret(
        "MINUTED_PEER_PASSWORD_PEPPER",
        settings.peer_password_pepper.as_deref(),
        settings.peer_password_pepper_file.as_deref(),
    )?;
    let rounds = match settings.peer_password_iterations.as_deref() {
        None => PeerPasswords::ROUNDS,
        Some(text) => match text.parse() {
            Ok(rounds) if (1..=PeerPasswords::MAX_ROUNDS).contains(&rounds) => rounds,
            _ => bail!(
                "MINUTED_PEER_PASSWORD_ITERATIONS is `{text}`, but must be a number from 1 to {}",
                PeerPasswords::MAX_ROUNDS
            ),
        },
    };
    let digest = match settings.peer_password_digest.as_deref() {
        None | Some("sha512") => PeerDigest::Sha512,
        Some("sha256") => PeerDigest::Sha256,
        Some(other) => bail!("MINUTED_PEER_PASSWORD_DIGEST is `{other}`, but must be sha512 or sha256"),
    };
    Ok(pepper.map(|pepper| PeerPasswords::new(pepper, rounds, digest)))
}

/// Networks, or single addresses, with commas between them.
fn networks(text: &str) -> anyhow::Result<Vec<IpNet>> {
    text.split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(|part| {
            let network = part
                .parse()
                .or_else(|_| part.parse::<std::net::IpAddr>().map(IpNet::from));
            network.map_err(|_| {
                anyhow::anyhow!("MINUTED_TRUSTED_PROXIES holds `{part}`, but must hold networks: 10.0.0.0/8,::1/128")
            })
        })
        .collect()
}

fn default_data_dir(home: Option<&str>, user: Option<&str>) -> anyhow::Result<PathBuf> {
    match (user, home) {
        (Some("root"), _) | (None, Some("/root")) => Ok("/var/lib/minuted".into()),
        (_, Some(home)) => Ok(PathBuf::from(home).join(".local/share/minuted")),
        (_, None) => bail!("neither MINUTED_DATA_DIR nor HOME is set: where should the data go?"),
    }
}

/// An absolute URL to which paths are added.
fn base(name: &str, text: &str) -> anyhow::Result<Url> {
    let url = Url::parse(text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.host().is_some());
    match url {
        Some(url) if url.query().is_none() && url.fragment().is_none() => Ok(url),
        _ => bail!("{name} is `{text}`, but must be an absolute http or https URL without a query"),
    }
}

/// Writes a new file that only we can read, in one step: nobody ever sees half of it. Leaves one that is there alone.
fn write_private(path: &std::path::Path, text: &str) -> std::io::Result<()> {
    use std::{io::Write, os::unix::fs::OpenOptionsExt};
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let draft = path.with_extension(format!("{}.tmp", std::process::id()));
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&draft)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    let linked = std::fs::hard_link(&draft, path);
    std::fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(vars: &[(&str, &str)]) -> anyhow::Result<Config> {
        let home = [("HOME", "/home/ada")];
        Config::from_vars(
            home.iter()
                .chain(vars)
                .map(|(key, value)| ((*key).to_owned(), (*value).to_owned())),
        )
    }

    fn refusal(vars: &[(&str, &str)]) -> String {
        format!("{:#}", load(vars).unwrap_err())
    }

    #[test]
    fn defaults_are_complete() {
        let config = load(&[]).unwrap();
        assert_eq!(config.listen.to_string(), "127.0.0.1:3000");
        assert_eq!(config.public_url.as_str(), "http://127.0.0.1:3000/");
        assert_eq!(config.data_dir, PathBuf::from("/home/ada/.local/share/minuted"));
        assert_eq!(
            config.surroundings.microsoft.graph.as_str(),
            format!("{}/", backend::Microsoft::GRAPH)
        );
    }

    #[test]
    fn bad_settings_are_named_in_one_line() {
        let key = "c2hvcnQ=";
        for (vars, word) in [
            (vec![("MINUTED_LISTN", "x")], "MINUTED_LISTN"),
            (vec![("MINUTED_LISTEN", "3000")], "MINUTED_LISTEN"),
            (vec![("MINUTED_PUBLIC_URL", "minuted.example")], "MINUTED_PUBLIC_URL"),
            (vec![("MINUTED_GRAPH_URL", "ftp://x")], "MINUTED_GRAPH_URL"),
            (vec![("DATABASE_URL", "mysql://x")], "DATABASE_URL"),
            (vec![("MINUTED_SECRET_KEY", key)], "MINUTED_SECRET_KEY"),
            (
                vec![("MINUTED_SECRET_KEY", key), ("MINUTED_SECRET_KEY_FILE", "/x")],
                "not both",
            ),
            (
                vec![("MINUTED_SECRET_KEY_FILE", "/does/not/exist")],
                "MINUTED_SECRET_KEY_FILE",
            ),
            (
                vec![("MINUTED_NOTIFICATION_CERTIFICATES_FILE", "/does/not/exist")],
                "MINUTED_NOTIFICATION_CERTIFICATES_FILE",
            ),
            (vec![("MINUTED_DATA_DIR", "here")], "MINUTED_DATA_DIR"),
            (vec![("MINUTED_STORAGE_URL", "files")], "MINUTED_STORAGE_URL"),
            (vec![("MINUTED_RECORDING_CACHE", "8 GB")], "MINUTED_RECORDING_CACHE"),
            (
                vec![("MINUTED_STORAGE_URL", "s3://bucket"), ("AWS_ALLOW_HTTP", "maybe")],
                "AWS_",
            ),
            (vec![("MINUTED_LOG_FORMAT", "xml")], "MINUTED_LOG_FORMAT"),
            (vec![("MINUTED_SMTP_URL", "mail.example")], "MINUTED_SMTP_URL"),
            (vec![("MINUTED_MAIL_FROM", "nobody")], "MINUTED_MAIL_FROM"),
            (
                vec![("MINUTED_TRUSTED_PROXIES", "10.0.0.0/8,proxy")],
                "MINUTED_TRUSTED_PROXIES",
            ),
            (
                vec![("MINUTED_PEER_PASSWORD_ITERATIONS", "0")],
                "MINUTED_PEER_PASSWORD_ITERATIONS",
            ),
            (
                vec![("MINUTED_PEER_PASSWORD_DIGEST", "md5")],
                "MINUTED_PEER_PASSWORD_DIGEST",
            ),
            (
                vec![
                    ("MINUTED_PEER_PASSWORD_PEPPER", "a"),
                    ("MINUTED_PEER_PASSWORD_PEPPER_FILE", "/x"),
                ],
                "not both",
            ),
            (vec![("MINUTED_CONFIG", "/does/not/exist")], "MINUTED_CONFIG"),
        ] {
            let text = refusal(&vars);
            assert!(text.contains(word) && !text.contains('\n'), "{text}");
        }
        assert!(!refusal(&[("MINUTED_SECRET_KEY", key)]).contains(key));
        let s3 = load(&[
            ("MINUTED_STORAGE_URL", "s3://bucket/prefix"),
            ("AWS_REGION", "eu-central-1"),
        ]);
        assert!(matches!(s3.unwrap().surroundings.files, Place::Bucket(_)));
    }

    #[test]
    fn a_file_without_a_usable_key_is_named() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        let file = path.to_str().unwrap();
        for (content, word) in [
            ("c2hvcnQ=\n", "has 5 bytes, but must have 32"),
            ("secret words\n", "neither base64 nor hexadecimal"),
            ("\n", "no key in it"),
        ] {
            std::fs::write(&path, content).unwrap();
            let text = refusal(&[("MINUTED_SECRET_KEY_FILE", file)]);
            assert!(
                text.contains(word) && text.contains(file) && !text.contains('\n'),
                "{text}"
            );
            assert!(!text.contains("c2hvcnQ") && !text.contains("words"), "{text}");
        }
        std::fs::write(&path, format!("{}\n{}\n", Keyring::generate(), Keyring::generate())).unwrap();
        let mode = |mode| std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        mode(0o640);
        let config = load(&[("MINUTED_SECRET_KEY_FILE", file)]).unwrap();
        assert_eq!(config.keyring().unwrap().count(), 2);
        assert_eq!(config.open_key_file(), None);
        mode(0o644);
        assert_eq!(config.open_key_file(), Some(path.as_path()));
        std::fs::remove_file(&path).unwrap();
        assert!(refusal(&[("MINUTED_SECRET_KEY_FILE", file)]).contains(file));
    }

    #[test]
    fn the_environment_wins_over_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("minuted.toml");
        std::fs::write(
            &path,
            "listen = \"0.0.0.0:80\"\npublic_url = \"https://minuted.example\"\n",
        )
        .unwrap();
        let path = path.to_str().unwrap();
        let config = load(&[("MINUTED_CONFIG", path), ("MINUTED_LISTEN", "127.0.0.1:4000")]).unwrap();
        assert_eq!(config.listen.port(), 4000);
        assert_eq!(config.public_url.as_str(), "https://minuted.example/");
        std::fs::write(path, "lisen = \"0.0.0.0:80\"\n").unwrap();
        assert!(refusal(&[("MINUTED_CONFIG", path)]).contains("lisen"));
    }

    #[test]
    fn a_key_is_made_once() {
        let folder = tempfile::tempdir().unwrap();
        let config = load(&[("MINUTED_DATA_DIR", folder.path().to_str().unwrap())]).unwrap();
        let first = format!("{:?}", config.keyring().unwrap());
        assert_eq!(first, format!("{:?}", config.keyring().unwrap()));
    }

    #[test]
    fn every_setting_is_documented() {
        let operations = include_str!("../../docs/operations.md");
        for (name, _) in SETTINGS {
            assert!(
                operations.contains(&format!("`{name}`")),
                "{name} is missing in docs/operations.md"
            );
        }
    }
}
