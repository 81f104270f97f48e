//! Mail over TCP to a real SMTP server (aiosmtpd, which `scripts/setup.sh test` installs).

use std::{
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use auth::{
    LinkToken,
    mail::{Letter, MailError, Mailer, Notice},
};
use kernel::{Clock, id::Uuid};
use server::{
    adapters::{install_tls, mail::mailer},
    config::{Mail, MailServer},
};
use tempfile::TempDir;
use time::macros::datetime;
use users::{Email, Language};

/// The version that scripts/lib/test-tools.sh names.
fn program() -> PathBuf {
    let cache = std::env::var_os("CACHE").expect("CACHE: source scripts/env.sh");
    let tools = Path::new(&cache).join("tools");
    let mut found = std::fs::read_dir(&tools)
        .expect("tools")
        .filter_map(|entry| Some(entry.ok()?.path().join("bin/aiosmtpd")))
        .filter(|program| program.is_file());
    found
        .next()
        .expect("aiosmtpd is missing: run scripts/setup.sh test")
}

/// A mail server that keeps what it takes in a Maildir.
struct Server {
    process: Child,
    addr: SocketAddr,
    maildir: TempDir,
}

impl Server {
    /// `options` are aiosmtpd's own.
    async fn start(options: &[&str]) -> Self {
        let maildir = tempfile::tempdir().expect("a directory");
        let addr = TcpListener::bind("127.0.0.1:0")
            .and_then(|free| free.local_addr())
            .expect("a free port");
        let process = Command::new(program())
            .args(["--nosetuid", "--listen", &addr.to_string()])
            .args(options)
            .args(["--class", "aiosmtpd.handlers.Mailbox"])
            .arg(maildir.path().join("mail"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        let listens = async {
            while tokio::net::TcpStream::connect(addr).await.is_err() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), listens)
            .await
            .expect("it listens");
        Self {
            process,
            addr,
            maildir,
        }
    }

    /// Every mail as it came.
    fn mails(&self) -> Vec<String> {
        let new = self.maildir.path().join("mail/new");
        let files = std::fs::read_dir(new).expect("a Maildir");
        files
            .map(|file| std::fs::read_to_string(file.expect("a file").path()).expect("a mail"))
            .collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn mailer_to(url: &str) -> std::sync::Arc<dyn Mailer> {
    install_tls();
    let config = Mail {
        server: MailServer::Smtp(url.into()),
        from: "Parlance <parlance@chat.example>"
            .parse()
            .expect("an address"),
    };
    mailer(&config, "https://chat.example").expect("a mailer")
}

fn letter(to: &str) -> Letter {
    Letter {
        id: Clock::system().uuid(),
        to: Email::parse(to).expect("an address"),
        language: Language::German,
        notice: Notice::ResetPassword,
        token: LinkToken::parse(&"0f".repeat(32)).ok(),
        at: datetime!(2026-11-21 13:05 UTC),
    }
}

/// A header, unfolded.
fn header<'a>(mail: &'a str, name: &str) -> &'a str {
    let (head, _) = mail.split_once("\n\n").expect("a head and a body");
    let start = format!("{name}: ");
    let line = head.lines().find(|line| line.starts_with(&start));
    line.unwrap_or_else(|| panic!("{name} in {head}"))[start.len()..].trim()
}

#[tokio::test]
async fn a_real_mail_server_takes_a_mail_in_both_forms_with_its_own_id() {
    let server = Server::start(&[]).await;
    let mailer = mailer_to(&format!("smtp://{}", server.addr));
    let letter = letter("ada@example.org");
    for _ in 0..2 {
        mailer.send(&letter).await.expect("sent");
    }
    let mails = server.mails();
    assert_eq!(mails.len(), 2);
    for mail in &mails {
        let id = format!("<{}@chat.example>", letter.id);
        assert_eq!(header(mail, "Message-ID"), id, "the same one, sent again");
        assert_eq!(header(mail, "To"), "ada@example.org");
        assert_eq!(header(mail, "From"), "Parlance <parlance@chat.example>");
        assert_eq!(header(mail, "Date"), "Sat, 21 Nov 2026 13:05:00 +0000");
        assert_eq!(header(mail, "Auto-Submitted"), "auto-generated");
        // RFC 2047: not ASCII.
        assert!(header(mail, "Subject").contains("=?utf-8?"), "{mail}");
        assert!(header(mail, "Content-Type").starts_with("multipart/alternative"));
        let plain = mail.find("Content-Type: text/plain").expect("plain text");
        let html = mail.find("Content-Type: text/html").expect("HTML");
        assert!(
            plain < html,
            "the last one is the best: RFC 2046, section 5.1.4"
        );
        // Quoted-printable: soft line breaks, and the equals sign as =3D.
        let unfolded = mail.replace("=\n", "").replace("=3D", "=");
        let link = format!("https://chat.example/reset?token={}", "0f".repeat(32));
        assert_eq!(unfolded.matches(&link).count(), 3, "{unfolded}");
    }
}

#[tokio::test]
async fn a_mail_that_is_too_large_for_the_server_is_refused_for_good() {
    let server = Server::start(&["--size", "100"]).await;
    let mailer = mailer_to(&format!("smtp://{}", server.addr));
    let refused = mailer.send(&letter("ada@example.org")).await;
    let Err(MailError::ForGood(why)) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(why, "the mail server answered 552");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_asked_again_later_and_no_secret_is_told() {
    let nobody = TcpListener::bind("127.0.0.1:0")
        .and_then(|free| free.local_addr())
        .expect("a free port");
    let mailer = mailer_to(&format!("smtp://me:hunter2@{nobody}"));
    let refused = mailer.send(&letter("ada@example.org")).await;
    let Err(MailError::ForNow(why)) = refused else {
        panic!("{refused:?}");
    };
    assert!(!why.contains("hunter2") && !why.contains("ada@"), "{why}");
}

#[tokio::test]
async fn a_server_without_tls_gets_nothing_where_tls_is_asked_for() {
    let server = Server::start(&[]).await;
    let mailer = mailer_to(&format!("smtp://{}?tls=required", server.addr));
    let refused = mailer.send(&letter("ada@example.org")).await;
    assert!(refused.is_err(), "{refused:?}");
    assert!(server.mails().is_empty());
}

#[tokio::test]
async fn in_development_mail_goes_into_a_folder() {
    let folder = tempfile::tempdir().expect("a directory");
    let config = Mail {
        server: MailServer::Folder(folder.path().join("inbox")),
        from: "parlance@localhost".parse().expect("an address"),
    };
    let letter = Letter {
        id: Uuid::nil(),
        ..letter("ada@example.org")
    };
    let mailer = mailer(&config, "http://127.0.0.1:3000/").expect("a mailer");
    mailer.send(&letter).await.expect("kept");
    let kept = std::fs::read_to_string(folder.path().join(format!("inbox/{}.json", Uuid::nil())));
    let kept: serde_json::Value = serde_json::from_str(&kept.expect("a file")).expect("JSON");
    assert_eq!(kept["to"], "ada@example.org");
    let link = format!("http://127.0.0.1:3000/reset?token={}", "0f".repeat(32));
    assert!(
        kept["text"].as_str().expect("a text").contains(&link),
        "{kept}"
    );
}
