//! The `linli` command; everything it does is in `linli::cli`.

fn main() {
    let args: Vec<String> = std::env::args().collect();
    std::process::exit(linli::cli::main(&args));
}
