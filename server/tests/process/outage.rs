//! The database goes away in the middle of an answer.

use std::time::Duration;

use sqlx::{ConnectOptions, PgPool};

use crate::{
    alone,
    killed::distinct,
    people::Person,
    proxy::Proxy,
    servers::{Server, provider},
    stored,
};

#[sqlx::test(migrator = "kernel::MIGRATOR")]
async fn an_outage_of_the_database_loses_nothing_of_an_answer(pool: PgPool) {
    let _alone = alone().await;
    let options = pool.connect_options();
    let way = Proxy::to((options.get_host().to_owned(), options.get_port())).await;
    let through = options.as_ref().clone();
    let through = through
        .host(&way.addr.ip().to_string())
        .port(way.addr.port());
    let server = Server::start(through.to_url_lossy().as_str(), provider().await, &[]).await;
    let ada = Person::new(&pool).await;
    let text = distinct("Ada", 300);
    let sent = ada
        .say(&server, &format!("[[speed: 100]] [[say: {text}]]"))
        .await;
    let mut reader = ada.follow(&server, &sent.generation, None).await;
    reader.until(200).await;
    way.cut();
    // The reader is served from memory meanwhile, up to the end of the text.
    reader.until(text.len()).await;
    let meanwhile = stored::answer(&pool, &sent).await;
    assert_eq!(meanwhile.status, "streaming", "the end could not be stored");
    way.mend();
    let (answer, _) = stored::ended(&pool, &sent, Duration::from_secs(20)).await;
    assert_eq!((answer.status.as_str(), &answer.body), ("complete", &text));
    reader.rest().await;
    assert_eq!(reader.page.status.as_deref(), Some("complete"));
    assert_eq!(Some(reader.page.html()), answer.html);
}
