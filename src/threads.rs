//! The worker threads every parallel loop runs on.

use std::sync::{Arc, Mutex, PoisonError};

use rayon::{ThreadPool, ThreadPoolBuilder};

/// The process's pool and the process it was made in.
static POOL: Mutex<Option<(u32, Arc<ThreadPool>)>> = Mutex::new(None);

/// Run `work` on linli's own threads.
///
/// A child made by `fork` inherits a pool whose threads do not exist there, and
/// a loop on it would wait for ever; so the pool is made anew in each process.
/// `RAYON_NUM_THREADS` sets its size. Answers never depend on that size.
/// A caller who is already on a rayon pool of their own stays on it.
pub fn install<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    if rayon::current_thread_index().is_some() {
        return work();
    }
    match pool() {
        Some(pool) => pool.install(work),
        // Without threads to be had, the calling thread does the work.
        None => work(),
    }
}

fn pool() -> Option<Arc<ThreadPool>> {
    let process = std::process::id();
    let mut held = POOL.lock().unwrap_or_else(PoisonError::into_inner);
    match &*held {
        Some((owner, pool)) if *owner == process => Some(Arc::clone(pool)),
        _ => {
            let pool = Arc::new(ThreadPoolBuilder::new().build().ok()?);
            // Dropping an inherited pool would wait for threads that are not here.
            if let Some((_, inherited)) = held.replace((process, Arc::clone(&pool))) {
                std::mem::forget(inherited);
            }
            Some(pool)
        }
    }
}
