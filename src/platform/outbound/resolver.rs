//! Resolves names for the guarded client: one forbidden address in the answer refuses them all.
//!
//! The client connects to exactly the addresses judged here, so a name cannot change its mind
//! between the look-up and the connection.

use std::error::Error;
use std::net::SocketAddr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::UrlRefusal;
use super::classify::is_public;

pub struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            // The port is a placeholder: the client replaces it with the one in the URL.
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            judge(found.collect()).map_err(|refusal| Box::new(refusal) as Box<dyn Error + Send + Sync>)
        })
    }
}

fn judge(found: Vec<SocketAddr>) -> Result<Addrs, UrlRefusal> {
    if found.iter().all(|address| is_public(address.ip())) { Ok(Box::new(found.into_iter())) } else { Err(UrlRefusal) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(list: &[&str]) -> Result<usize, UrlRefusal> {
        judge(list.iter().map(|text| text.parse().expect("address")).collect()).map(Iterator::count)
    }

    #[test]
    fn one_forbidden_address_refuses_the_whole_answer() {
        assert_eq!(judged(&["8.8.8.8:0", "[2606:4700::1]:0"]), Ok(2));
        assert_eq!(judged(&["8.8.8.8:0", "10.0.0.1:0"]), Err(UrlRefusal));
        assert_eq!(judged(&["[::ffff:127.0.0.1]:0"]), Err(UrlRefusal));
    }

    #[tokio::test]
    async fn a_name_for_this_machine_is_refused_after_look_up() {
        let name = "localhost".parse().expect("name");
        let refused = PublicOnly.resolve(name).await.err().expect("refused");
        assert!(refused.is::<UrlRefusal>());
    }
}
