"""《实践操作手册》: the guides in `docs/guide/`, with pictures that the browser journeys took, as Chinese PDF."""
