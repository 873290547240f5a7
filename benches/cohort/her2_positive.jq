# Which patients have a HER2-positive result? The references of their Observations.
select(
  any(.code.coding[]?; .code | IN("85319-2", "85318-4", "48676-1"))
  and any(.valueCodeableConcept.coding[]?; .code | IN("LA6576-8", "LA11843-2"))
) | .subject.reference
