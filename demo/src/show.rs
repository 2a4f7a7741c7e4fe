//! The demo from start to stop, and what it tells the person who looks on.

use std::{
    ffi::OsString,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::Path,
    process::ExitCode,
    time::{Duration, Instant},
};

use anyhow::Context;
use jiff::{SignedDuration, tz::TimeZone};
use playlists::Speed;
use serde_json::Value;

use crate::{
    children::{self, Process},
    clock::{self, Beginning},
    samples,
    site::{READER, Site},
};

/// Where the console listens, if nobody says otherwise and the port is free.
const USUAL_PORT: u16 = 8080;

/// How long controller and gates may take to come up.
const START: Duration = Duration::from_secs(30);

/// How often the demo looks after its processes.
const LOOK: Duration = Duration::from_millis(50);

/// Shows everything until the time is over or somebody stops it.
pub(crate) fn run(
    data: &Path,
    port: Option<u16>,
    time: Option<SignedDuration>,
    at: Option<Beginning>,
    speed: Option<Speed>,
) -> anyhow::Result<()> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().context("starting the runtime")?;
    runtime.block_on(async {
        let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
            .context("listening for SIGTERM")?;
        let stopped = async {
            let time_is_over = async {
                match time.and_then(|time| Duration::try_from(time).ok()) {
                    Some(time) => tokio::time::sleep(time).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = time_is_over => {}
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
        };
        // They all have the same.
        let zone = samples::gates()?.screens.into_values().next().map(|screen| screen.gate.time_zone);
        let made_clock = clock::made(at, speed, &zone.unwrap_or(TimeZone::UTC));
        let site = Site::lay_out(data, console_address(port)?, free_address()?, made_clock)?;
        let mut demo = Demo { site, processes: Vec::new() };
        let result = tokio::select! {
            biased;
            () = stopped => Ok(()),
            result = demo.show() => result,
        };
        demo.stop();
        result
    })
}

struct Demo {
    site: Site,
    processes: Vec<Process>,
}

impl Demo {
    /// Starts everything, then looks after it; ends only if something cannot start.
    async fn show(&mut self) -> anyhow::Result<()> {
        let begun = Instant::now();
        let config = self.site.path("controller/controller.toml").display().to_string();
        self.start("controller", &["controller", "serve", "--config", &config])?;
        let ids: Vec<String> = self.site.screens.iter().map(|screen| screen.id.to_string()).collect();
        for id in &ids {
            let config = self.site.path(&format!("{id}/agent.toml")).display().to_string();
            self.start(id, &["agent", "run", "--config", &config])?;
        }
        println!("gatesign demo, everything on this machine\n\n  console     {}", self.site.console);
        println!("  data        {}", self.site.folder.display());
        if let Some(made) = self.site.made_clock {
            println!("  clock       a made one: it began at {}, {}", self.site.local(made.at), made.speed);
        }

        let first = self.wait_for(begun, |status| screens(status).next().is_some()).await?;
        if screens(&first).all(|screen| screen["wanted"].is_null()) {
            self.publish().await?;
        }
        let on_air = |screen: &Value| {
            !screen["wanted"].is_null()
                && screen["bundle"] == screen["wanted"]
                && screen["on_air"]["item"].is_string()
        };
        let status = self.wait_for(begun, |status| screens(status).all(on_air)).await?;
        let seconds = begun.elapsed().as_secs_f64();
        for screen in screens(&status) {
            let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let (id, item) = (word(&screen["screen"]), word(&screen["on_air"]["item"]));
            println!(
                "  {id:<10}  on air after {seconds:.1} s: {item} in {}",
                word(&screen["on_air"]["language"])
            );
        }
        self.site.register()?;
        self.hints();
        self.look_after().await
    }

    fn hints(&self) {
        let data = self.site.folder.display();
        println!(
            "\nFrom a second terminal:\n\
             \x20 cargo run --release -p controller -- status\n\
             \x20 cargo run --release -p controller -- publish playlists/samples/tet.toml\n\
             \x20 cargo run --release -p controller -- snapshot {} -o wall.png\n\
             The broker's messages: name `{READER}`, password in {data}/passwords/{READER}\n\
             Stop with Ctrl-C.",
            self.site.screens.last().map_or("", |screen| screen.id.as_str()),
        );
    }

    fn start(&mut self, name: &str, arguments: &[&str]) -> anyhow::Result<()> {
        let log = self.site.path(&format!("{name}.log"));
        let made_clock = self.site.made_clock.map(|made| made.to_string());
        let by = made_clock.iter().flat_map(|made| ["--made-clock", made]);
        let arguments: Vec<&str> = arguments.iter().copied().chain(by).collect();
        self.processes.push(Process::start(name, &arguments, &log)?);
        Ok(())
    }

    /// Signs the everyday samples with both keys of the demo, and publishes them, as a person would.
    async fn publish(&self) -> anyhow::Result<()> {
        let access = self.site.path("access.toml");
        let mut arguments: Vec<OsString> =
            vec!["controller".into(), "--quiet".into(), "--access".into(), access.into(), "publish".into()];
        arguments.push(self.site.path("samples").join(samples::EVERYDAY).into());
        let exit = tokio::task::spawn_blocking(|| controller::run_from(arguments))
            .await
            .context("publishing the samples")?;
        anyhow::ensure!(exit == ExitCode::SUCCESS, "the samples could not be published");
        Ok(())
    }

    /// Asks the controller until `ready` holds; every process must live meanwhile.
    async fn wait_for(&mut self, begun: Instant, ready: impl Fn(&Value) -> bool) -> anyhow::Result<Value> {
        let url = format!("{}/api/status", self.site.console);
        loop {
            for process in &mut self.processes {
                if let Some(how) = process.ended()? {
                    let (name, log) = (&process.name, process.log.display());
                    anyhow::bail!("{name} ended by itself ({how}); what it said is in {log}");
                }
            }
            let url = url.clone();
            let status =
                tokio::task::spawn_blocking(move || ask(&url)).await.context("asking the controller")?;
            if let Some(status) = status.filter(|status| ready(status)) {
                return Ok(status);
            }
            anyhow::ensure!(begun.elapsed() < START, "the gates were not on air after {START:?}");
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Tells when a process ends, and how to start it again.
    async fn look_after(&mut self) -> anyhow::Result<()> {
        loop {
            let mut living = Vec::new();
            for mut process in self.processes.drain(..) {
                match process.ended()? {
                    None => living.push(process),
                    Some(how) => {
                        let (name, folder) = (&process.name, self.site.folder.display());
                        let again = match name.as_str() {
                            "controller" => {
                                format!("controller serve --config {folder}/controller/controller.toml")
                            }
                            gate => format!("agent run --config {folder}/{gate}/agent.toml"),
                        };
                        let by = self.site.made_clock.map(|made| format!(" --made-clock '{made}'"));
                        println!(
                            "\n{name} has ended ({how}). Start it again with\n  cargo run --release -- {again}{}",
                            by.unwrap_or_default()
                        );
                    }
                }
            }
            self.processes = living;
            tokio::time::sleep(LOOK).await;
        }
    }

    fn stop(self) {
        self.site.unregister();
        children::stop(self.processes);
    }
}

fn screens(status: &Value) -> impl Iterator<Item = &Value> {
    status["screens"].as_array().into_iter().flatten()
}

fn ask(url: &str) -> Option<Value> {
    let config =
        ureq::Agent::config_builder().timeout_global(Some(Duration::from_secs(2))).proxy(None).build();
    let body = ureq::Agent::from(config).get(url).call().ok()?.into_body().read_to_vec().ok()?;
    serde_json::from_slice(&body).ok()
}

fn console_address(port: Option<u16>) -> anyhow::Result<SocketAddr> {
    let loopback = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    match port {
        Some(0) => free_address(),
        Some(port) => {
            TcpListener::bind(loopback(port)).with_context(|| format!("port {port} cannot be used"))?;
            Ok(loopback(port))
        }
        None if TcpListener::bind(loopback(USUAL_PORT)).is_ok() => Ok(loopback(USUAL_PORT)),
        None => free_address(),
    }
}

/// Free at this moment; the one who gets it binds it at once.
fn free_address() -> anyhow::Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("finding a free port")?;
    listener.local_addr().context("finding a free port")
}
