//! Argon2id, bounded: a password's hash costs memory and time by design, and must not cost them
//! to anybody but the one who waits for it.

use std::{cell::RefCell, sync::Arc};

use argon2::{
    Algorithm, Argon2, Block, Params, PasswordHash, Version,
    password_hash::{self, Output, ParamsString, Salt, SaltString, rand_core::OsRng},
};
use kernel::Internal;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;

use super::{error::Error, threads::Threads};

thread_local! {
    /// What Argon2 fills, kept between two hashes: else each gets 19 MiB from the kernel page by
    /// page and gives them back, which other threads of the process may have to wait for.
    static MEMORY: RefCell<Vec<Block>> = const { RefCell::new(Vec::new()) };
}

/// What a hash costs, and how many are computed at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HashingOptions {
    /// KiB of memory.
    pub memory: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes of the memory.
    pub lanes: u32,
    /// How many run at once; the rest waits.
    pub at_once: usize,
    /// How many can wait; the next are told to come again.
    pub waiting: usize,
}

impl Default for HashingOptions {
    /// Argon2id with m=19456 (19 MiB), t=2, p=1 (OWASP Password Storage Cheat Sheet), on at most
    /// every other core.
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            memory: 19_456,
            passes: 2,
            lanes: 1,
            at_once: (cores / 2).max(1),
            waiting: 32,
        }
    }
}

impl HashingOptions {
    /// As cheap as Argon2 allows: for tests, where nothing is protected.
    pub fn weak() -> Self {
        Self {
            memory: Params::MIN_M_COST,
            passes: 1,
            lanes: 1,
            ..Self::default()
        }
    }
}

/// Hashes and verifies passwords. Cheap to clone; all clones share the bounds.
#[derive(Clone)]
pub struct Hasher(Arc<Inner>);

struct Inner {
    argon2: Argon2<'static>,
    /// Whoever runs or waits.
    places: Arc<Semaphore>,
    /// Threads of their own: tokio's would stay as slow for what they do next.
    threads: Threads,
    /// Stands for the hash of an account that does not exist.
    nobodys_hash: String,
}

impl Hasher {
    /// A hasher with these costs and bounds.
    ///
    /// # Errors
    /// When Argon2 does not allow the costs.
    pub fn new(options: HashingOptions) -> Result<Self, Internal> {
        let HashingOptions {
            memory: m,
            passes: t,
            lanes: p,
            ..
        } = options;
        let params = Params::new(m, t, p, None).map_err(Internal::new)?;
        // 16 zero bytes of salt and 32 of hash: the work is in the parameters, and no password is
        // known to lead there.
        let nobodys_hash = format!(
            "$argon2id$v=19$m={m},t={t},p={p}${}${}",
            "A".repeat(22),
            "A".repeat(43)
        );
        Ok(Self(Arc::new(Inner {
            argon2: Argon2::new(Algorithm::Argon2id, Version::V0x13, params),
            places: Arc::new(Semaphore::new(options.at_once + options.waiting)),
            threads: Threads::new(options.at_once)?,
            nobodys_hash,
        })))
    }

    /// The hash of a password with a fresh salt, in PHC string format.
    pub(crate) async fn hash(&self, password: &str) -> Result<String, Error> {
        let password = SecretString::from(password);
        self.run(move |inner| {
            let salt = SaltString::generate(&mut OsRng);
            let params = inner.argon2.params();
            let hash = PasswordHash {
                algorithm: Algorithm::Argon2id.ident(),
                version: Some(Version::V0x13.into()),
                params: ParamsString::try_from(params)?,
                salt: Some(salt.as_salt()),
                hash: Some(output(
                    &inner.argon2,
                    &password,
                    salt.as_salt(),
                    Params::DEFAULT_OUTPUT_LEN,
                )?),
            };
            Ok(hash.to_string())
        })
        .await
    }

    /// Whether the password leads to the hash. `None` stands for an account that does not exist:
    /// the same work, and never true.
    pub(crate) async fn verify(&self, password: &str, hash: Option<&str>) -> Result<bool, Error> {
        let password = SecretString::from(password);
        let hash = hash.map(ToOwned::to_owned);
        self.run(move |inner| {
            let exists = hash.is_some();
            let hash = PasswordHash::new(hash.as_ref().unwrap_or(&inner.nobodys_hash))?;
            let (Some(salt), Some(expected)) = (hash.salt, hash.hash) else {
                return Err(password_hash::Error::PhcStringField);
            };
            let argon2 = Argon2::new(
                hash.algorithm.try_into()?,
                hash.version.map_or(Ok(Version::V0x13), TryInto::try_into)?,
                Params::try_from(&hash)?,
            );
            // Compared in constant time, whatever differs.
            Ok(output(&argon2, &password, salt, expected.len())? == expected && exists)
        })
        .await
    }

    /// Whether a hash was made with other costs than those of today.
    pub(crate) fn is_outdated(&self, hash: &str) -> bool {
        let costs = |hash: &str| {
            let parsed = PasswordHash::new(hash).ok()?;
            let params = Params::try_from(&parsed).ok()?;
            Some((
                parsed.algorithm.to_string(),
                parsed.version,
                params.m_cost(),
                params.t_cost(),
                params.p_cost(),
            ))
        };
        costs(hash) != costs(&self.0.nobodys_hash)
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Inner) -> password_hash::Result<T> + Send + 'static,
    ) -> Result<T, Error> {
        let place = self
            .0
            .places
            .clone()
            .try_acquire_owned()
            .map_err(|_| Error::Busy)?;
        let inner = self.0.clone();
        let done = self.0.threads.get()?.spawn_blocking(move || {
            // Held by the work, not by whoever waits for it: when they go away, it still runs.
            let _held = place;
            work(&inner)
        });
        Ok(done.await.map_err(Internal::new)?.map_err(Internal::new)?)
    }
}

/// What a password and a salt lead to.
fn output(
    argon2: &Argon2<'_>,
    password: &SecretString,
    salt: Salt<'_>,
    length: usize,
) -> password_hash::Result<Output> {
    let mut decoded = [0; Salt::MAX_LENGTH];
    let salt = salt.decode_b64(&mut decoded)?;
    let password = password.expose_secret().as_bytes();
    MEMORY.with_borrow_mut(|memory| {
        memory.resize(argon2.params().block_count(), Block::default());
        Output::init_with(length, |out| {
            Ok(argon2.hash_password_into_with_memory(password, salt, out, memory)?)
        })
    })
}

impl std::fmt::Debug for Hasher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Hasher")
            .field(self.0.argon2.params())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hasher(at_once: usize, waiting: usize) -> Hasher {
        let options = HashingOptions {
            at_once,
            waiting,
            ..HashingOptions::weak()
        };
        Hasher::new(options).expect("a hasher")
    }

    #[tokio::test]
    async fn a_hash_fits_its_password_only() {
        let hasher = hasher(1, 8);
        let (one, other) = (
            hasher.hash("one").await.expect("a hash"),
            hasher.hash("one").await.expect("a hash"),
        );
        assert_ne!(one, other, "each has its own salt");
        assert!(hasher.verify("one", Some(&one)).await.expect("an answer"));
        assert!(!hasher.verify("two", Some(&one)).await.expect("an answer"));
    }

    #[tokio::test]
    async fn nobodys_hash_costs_as_much_and_fits_no_password() {
        let hasher = Hasher::new(HashingOptions::default()).expect("a hasher");
        let real = hasher.hash("").await.expect("a hash");
        assert!(real.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(!hasher.is_outdated(&real), "the same costs");
        assert_eq!(real.len(), hasher.0.nobodys_hash.len());
        assert!(!hasher.verify("", None).await.expect("an answer"));
    }

    #[tokio::test]
    async fn a_hash_of_other_costs_is_outdated() {
        let strong = Hasher::new(HashingOptions::default()).expect("a hasher");
        let weak = hasher(1, 1).hash("one").await.expect("a hash");
        assert!(strong.is_outdated(&weak));
        assert!(strong.verify("one", Some(&weak)).await.expect("an answer"));
    }

    #[tokio::test]
    async fn who_finds_no_place_is_told_so_and_places_come_free_again() {
        let hasher = hasher(1, 1);
        let (first, second, third) =
            tokio::join!(hasher.hash("a"), hasher.hash("b"), hasher.hash("c"));
        assert!(first.is_ok() && second.is_ok());
        assert!(matches!(third, Err(Error::Busy)));
        assert!(hasher.hash("d").await.is_ok());
    }

    #[tokio::test]
    async fn a_broken_hash_is_our_fault_not_a_panic() {
        assert!(matches!(
            hasher(1, 1).verify("a", Some("nonsense")).await,
            Err(Error::Internal(_))
        ));
    }
}
