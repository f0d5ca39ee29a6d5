"""What MODULE.bazel takes the place of: weir_program() in a WORKSPACE."""

load(":weir.bzl", "weir_program")

def _weir_impl(_module_ctx):
    weir_program()

weir = module_extension(implementation = _weir_impl)
