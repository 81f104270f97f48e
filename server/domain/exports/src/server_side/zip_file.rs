//! A ZIP file as it is written: what is finished of it goes out in parts, so that no more than one of them
//! is in memory.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex, PoisonError},
};

use kernel::Internal;
use zip::{
    CompressionMethod, ZipWriter,
    write::{SimpleFileOptions, StreamWriter},
};

/// Bytes after which a part goes out.
pub const PART: usize = 256 * 1024;

/// What the writer has written and nobody has taken yet.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut written = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        written.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The file.
pub struct ZipFile {
    zip: ZipWriter<StreamWriter<Written>>,
    written: Written,
}

impl ZipFile {
    /// An empty one.
    pub fn new() -> Self {
        let written = Written::default();
        Self {
            zip: ZipWriter::new_stream(written.clone()),
            written,
        }
    }

    /// Begins a file in it.
    pub fn begin(&mut self, name: &str) -> Result<(), Internal> {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .large_file(true)
            .unix_permissions(0o600);
        self.zip.start_file(name, options).map_err(Internal::new)
    }

    /// Writes into the file that was begun last.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Internal> {
        self.zip.write_all(bytes).map_err(Internal::new)
    }

    /// What has been written since, once it is enough for a part.
    pub fn part(&mut self) -> Option<Vec<u8>> {
        let mut written = self
            .written
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        (written.len() >= PART).then(|| std::mem::take(&mut *written))
    }

    /// Ends the file; gives what is left of it.
    pub fn finish(self) -> Result<Vec<u8>, Internal> {
        self.zip.finish().map_err(Internal::new)?;
        let mut written = self
            .written
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        Ok(std::mem::take(&mut *written))
    }
}
