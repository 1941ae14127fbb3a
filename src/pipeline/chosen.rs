//! Which entities a run is about.

use super::RunError;
use crate::config::pipeline::{Entity, OutsideFrom, Pipeline};

/// The entities that are looked at, in the pipeline's order, each with whether it
/// is loaded: those that are wanted, and all that they refer to. What may keep one
/// of their records out of the archive is looked at too, so that a part of the
/// pipeline never gives another verdict than the whole.
pub(super) fn chosen<'a>(pipeline: &'a Pipeline, only: &[String]) -> Result<Vec<(&'a Entity, bool)>, RunError> {
    if only.is_empty() {
        return Ok(pipeline.entities.iter().map(|entity| (entity, true)).collect());
    }
    if let Some(name) = only.iter().find(|name| pipeline.entities.iter().all(|entity| entity.name != **name)) {
        let known = pipeline.entities.iter().map(|entity| format!("`{}`", entity.name)).collect::<Vec<_>>();
        return Err(RunError::UnknownEntity { name: name.clone(), known: known.join(", ") });
    }
    let mut loaded: Vec<&str> = only.iter().map(String::as_str).collect();
    close(pipeline, &mut loaded);
    let mut needed = loaded.clone();
    loop {
        let cut = |name: &str| pipeline.entities.iter().any(|entity| entity.name == name && entity.cutoff.is_some());
        let found = pipeline.entities.iter().find(|entity| {
            let name = entity.name.as_str();
            let keeps = parents(entity).any(|parent| needed.contains(&parent) && cut(parent));
            let leads = entity
                .cutoff
                .as_ref()
                .is_some_and(|cutoff| cutoff.children.iter().any(|child| needed.contains(&child.as_str())));
            let counted = pipeline.entities.iter().filter(|other| needed.contains(&other.name.as_str())).any(|other| {
                other
                    .beyond
                    .outside
                    .iter()
                    .any(|one| matches!(&one.from, OutsideFrom::Children { entity, .. } if entity == name))
            });
            !needed.contains(&name) && (keeps || leads || counted)
        });
        let Some(entity) = found else { break };
        needed.push(&entity.name);
        close(pipeline, &mut needed);
    }
    let needed = |entity: &&Entity| needed.contains(&entity.name.as_str());
    let entities = pipeline.entities.iter().filter(needed);
    Ok(entities.map(|entity| (entity, loaded.contains(&entity.name.as_str()))).collect())
}

/// Adds what the entities refer to, and so on.
fn close<'a>(pipeline: &'a Pipeline, names: &mut Vec<&'a str>) {
    let mut next = 0;
    while let Some(name) = names.get(next).copied() {
        next += 1;
        let entity = pipeline.entities.iter().find(|entity| entity.name == name);
        for parent in entity.into_iter().flat_map(parents) {
            if !names.contains(&parent) {
                names.push(parent);
            }
        }
    }
}

fn parents(entity: &Entity) -> impl Iterator<Item = &str> {
    entity.fields.iter().filter_map(|field| field.references.as_ref()).map(|reference| reference.entity.as_str())
}
