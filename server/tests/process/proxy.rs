//! A network that can be cut.

use std::net::SocketAddr;

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// A way to `target` by another address.
pub struct Proxy {
    pub addr: SocketAddr,
    open: watch::Sender<bool>,
    target: watch::Sender<(String, u16)>,
}

impl Proxy {
    pub async fn to(target: (String, u16)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let open = watch::Sender::new(true);
        let proxy = Self {
            addr: listener.local_addr().expect("an address"),
            open: open.clone(),
            target: watch::Sender::new(target),
        };
        let target = proxy.target.subscribe();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let target = target.borrow().clone();
                tokio::spawn(carry(client, target, open.subscribe()));
            }
        });
        proxy
    }

    /// Breaks all connections; new ones are closed at once.
    pub fn cut(&self) {
        self.open.send_replace(false);
    }

    /// New connections lead elsewhere; those that are there stay.
    pub fn lead_to(&self, target: (String, u16)) {
        self.target.send_replace(target);
    }

    pub fn mend(&self) {
        self.open.send_replace(true);
    }
}

async fn carry(mut client: TcpStream, target: (String, u16), mut open: watch::Receiver<bool>) {
    if !*open.borrow_and_update() {
        return;
    }
    let Ok(mut server) = TcpStream::connect(target).await else {
        return;
    };
    tokio::select! {
        _ = copy_bidirectional(&mut client, &mut server) => {}
        _ = open.changed() => {}
    }
}
