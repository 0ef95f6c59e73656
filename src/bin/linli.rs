//! The `linli` command; everything it does is in `linli::cli`.

fn main() {
    std::process::exit(linli::cli::main(std::env::args_os()));
}
