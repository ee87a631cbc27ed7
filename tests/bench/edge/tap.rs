//! A tap on the wire: passes bytes on at once and notes when they came.
//!
//! All clocks are read here, in one process, so that neither the client's nor
//! the lab operator's own work counts, nor that of the tap: a worker's time
//! runs from what is about to be written to it until what is read from it.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::Outcome;

/// No request and no answer of the bench is longer.
const CHUNK: usize = 64 * 1024;

/// Which way bytes go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// From whoever connected.
    Request,
    /// From whoever was connected to.
    Answer,
}

/// Bytes that came at once.
#[derive(Clone, Debug)]
pub struct Chunk {
    /// When they had come, and were about to be passed on.
    pub at: Instant,
    /// Which connection of this tap.
    pub connection: usize,
    pub way: Way,
    pub bytes: Vec<u8>,
}

/// One request and its answer on a connection that takes one at a time.
#[derive(Clone, Debug)]
pub struct Exchange {
    pub connection: usize,
    /// The request's bytes.
    pub request: Vec<u8>,
    /// When the whole request had come.
    pub asked: Instant,
    /// When the answer began to come.
    pub answered: Instant,
}

type Heard = Arc<Mutex<Vec<Chunk>>>;

/// A listener that is not connected to anything yet.
pub struct Socket {
    listener: TcpListener,
    address: SocketAddr,
}

/// A tap in use; it ends when this is dropped.
pub struct Tap {
    address: SocketAddr,
    heard: Heard,
    task: JoinHandle<()>,
}

impl Socket {
    /// Takes a free port.
    pub fn open() -> Outcome<Self> {
        let open = || {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
            listener.set_nonblocking(true)?;
            let address = listener.local_addr()?;
            Ok(Self { listener, address })
        };
        open().map_err(|error: std::io::Error| error.to_string())
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on passes on to this address.
    pub fn tap(self, target: SocketAddr) -> Outcome<Tap> {
        let listener = tokio::net::TcpListener::from_std(self.listener);
        let listener = listener.map_err(|error| error.to_string())?;
        let heard = Heard::default();
        let task = tokio::spawn(accept(listener, target, Arc::clone(&heard)));
        let address = self.address;
        Ok(Tap {
            address,
            heard,
            task,
        })
    }
}

impl Tap {
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// All that was heard since the last time.
    pub fn take(&self) -> Vec<Chunk> {
        std::mem::take(&mut *lock(&self.heard))
    }
}

impl Drop for Tap {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(listener: tokio::net::TcpListener, target: SocketAddr, heard: Heard) {
    for connection in 0.. {
        let Ok((near, _)) = listener.accept().await else {
            return;
        };
        let heard = Arc::clone(&heard);
        tokio::spawn(async move {
            let Ok(far) = TcpStream::connect(target).await else {
                return;
            };
            let _ = (near.set_nodelay(true), far.set_nodelay(true));
            let (near_in, near_out) = near.into_split();
            let (far_in, far_out) = far.into_split();
            let note = |way| Note {
                heard: Arc::clone(&heard),
                connection,
                way,
            };
            tokio::join!(
                pass(near_in, far_out, note(Way::Request)),
                pass(far_in, near_out, note(Way::Answer)),
            );
        });
    }
}

struct Note {
    heard: Heard,
    connection: usize,
    way: Way,
}

/// Passes on until either side closes, which closes the other.
async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, note: Note) {
    let mut buffer = vec![0; CHUNK];
    while let Ok(length) = from.read(&mut buffer).await {
        let at = Instant::now();
        let Some(bytes) = buffer.get(..length).filter(|bytes| !bytes.is_empty()) else {
            break;
        };
        lock(&note.heard).push(Chunk {
            at,
            connection: note.connection,
            way: note.way,
            bytes: bytes.to_vec(),
        });
        if to.write_all(bytes).await.is_err() {
            break;
        }
    }
    // The other side has gone already, or is told so now.
    let _ = to.shutdown().await;
}

fn lock(heard: &Heard) -> MutexGuard<'_, Vec<Chunk>> {
    heard.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The exchanges that came to an answer, in the order of their answers.
pub fn exchanges(chunks: &[Chunk]) -> Vec<Exchange> {
    let mut found: Vec<Exchange> = Vec::new();
    let mut open: Vec<(usize, Vec<u8>, Instant)> = Vec::new();
    for chunk in chunks {
        let waiting = open.iter().position(|(one, ..)| *one == chunk.connection);
        match (chunk.way, waiting) {
            (Way::Request, None) => open.push((chunk.connection, chunk.bytes.clone(), chunk.at)),
            (Way::Request, Some(which)) => {
                if let Some((_, request, asked)) = open.get_mut(which) {
                    request.extend(&chunk.bytes);
                    *asked = chunk.at;
                }
            }
            (Way::Answer, Some(which)) => {
                let (connection, request, asked) = open.swap_remove(which);
                found.push(Exchange {
                    connection,
                    request,
                    asked,
                    answered: chunk.at,
                });
            }
            // More of the same answer.
            (Way::Answer, None) => {}
        }
    }
    found
}
