//! The order in which entities are loaded.

use crate::config::pipeline::Entity;

/// The entities in the order in which they are loaded.
pub(super) fn in_order(entities: Vec<Entity>) -> Vec<Entity> {
    let parents = |entity: &Entity| {
        let named = entity.fields.iter().filter_map(|field| field.references.as_ref());
        named.filter_map(|to| entities.iter().position(|other| other.name == to.entity)).collect::<Vec<_>>()
    };
    let order = by_reference(&entities.iter().map(parents).collect::<Vec<_>>());
    let mut slots: Vec<Option<Entity>> = entities.into_iter().map(Some).collect();
    order.into_iter().filter_map(|at| slots.get_mut(at).and_then(Option::take)).collect()
}

/// Indexes of the entities so that a referenced one stands before those that
/// refer to it. `references` gives for each entity, in the order of the mapping
/// files, the indexes of those that it refers to. A circle is broken at its
/// first entity.
fn by_reference(references: &[Vec<usize>]) -> Vec<usize> {
    let mut order: Vec<usize> = Vec::new();
    while order.len() < references.len() {
        let left = (0..references.len()).filter(|at| !order.contains(at));
        let ready = left.clone().find(|at| {
            let parents = references.get(*at).into_iter().flatten();
            parents.into_iter().all(|parent| parent == at || order.contains(parent))
        });
        match ready.or_else(|| left.clone().min()) {
            Some(next) => order.push(next),
            None => break,
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::by_reference;

    #[test]
    fn the_referenced_come_first_and_circles_are_broken() {
        assert_eq!(by_reference(&[]), Vec::<usize>::new());
        assert_eq!(by_reference(&[vec![2], vec![0], vec![]]), vec![2, 0, 1]);
        assert_eq!(by_reference(&[vec![0], vec![0]]), vec![0, 1]);
        assert_eq!(by_reference(&[vec![1], vec![0], vec![0]]), vec![0, 1, 2]);
        assert_eq!(by_reference(&[vec![], vec![], vec![]]), vec![0, 1, 2]);
    }
}
