// What each namespace holds, for the API reference.

/// Tensors, the tape, variables, layers' base and models.
namespace cornu {}
/// Activation functions, by name or as functions of tensors.
namespace cornu::activations {}
/// What fit calls on its way: Keras's callbacks, and the base of your own.
namespace cornu::callbacks {}
/// What is applied to weights after each update.
namespace cornu::constraints {}
/// Looking at what a model has learnt.
namespace cornu::explore {}
/// How weights start.
namespace cornu::initializers {}
/// Layers, as Keras names them.
namespace cornu::layers {}
/// What training makes small.
namespace cornu::losses {}
/// What training reports.
namespace cornu::metrics {}
/// Functions of tensors, each with its gradient.
namespace cornu::ops {}
/// Optimizers.
namespace cornu::optim {}
/// Learning rates that go with training.
namespace cornu::optim::schedules {}
/// Pictures as SVG files.
namespace cornu::plot {}
/// Random tensors, all from one seed.
namespace cornu::random {}
/// What a loss adds for large weights.
namespace cornu::regularizers {}
/// From text to ids.
namespace cornu::text {}
/// Specialisations of fmt::formatter, so that `fmt::format("{}", tensor)` works.
namespace fmt {}
