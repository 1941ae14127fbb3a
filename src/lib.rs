//! Cutover moves a company's customer data out of legacy files and databases
//! into its new CRM, and accounts for every record.
//!
//! | step | module | reads | gives |
//! |---|---|---|---|
//! | configure | [`config`] | `pipeline.toml`, `mappings/*.toml` | a checked pipeline |
//! | snapshot | [`snapshot`] | [`sources`] | Parquet, as it was read |
//! | correct | [`corrections`] | snapshot, the steward's word | corrected records |
//! | map, standardise, validate | [`mapping`], [`standards`], [`rules`] | snapshot | mapped records |
//! | look up | [`reference_data`] | snapshots of references, keys | what they say of each record |
//! | match | [`duplicates`] | mapped | merge verdicts, survivors |
//! | link | [`links`] | mapped | target keys of references |
//! | judge | [`lifecycle`] | mapped, links | verdicts and values by other records |
//! | cut off | [`archive`] | dates, links | archive verdicts |
//! | stage | [`staging`] | all of these | one dataset an entity |
//! | reconcile | [`report`] | snapshot, staged | the balance |
//! | load | [`targets`], [`archive`] | staged | inserted, updated, unchanged |
//! | report | [`report`] | all | files for people and for programs |

#![forbid(unsafe_code)]

pub mod cli;
pub mod codes;
pub mod config;
pub mod diagnostic;
mod panics;
mod postgres;
pub mod record;
pub mod verdict;
pub mod reference;
mod joined;
pub mod digest;
pub mod dataset;
pub mod engine;
pub mod sources;
pub mod snapshot;
pub mod corrections;
pub mod profile;
pub mod standards;
pub mod rules;
pub mod mapping;
pub mod reference_data;
pub mod duplicates;
pub mod links;
pub mod lifecycle;
pub mod sample;
pub mod archive;
pub mod staging;
pub mod report;
pub mod targets;
pub mod run_folder;
pub mod pipeline;
pub mod fix;
pub mod init;
