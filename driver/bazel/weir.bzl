"""Weir as steps of a Bazel build: each source once, each program once.

An aspect follows `deps` from the targets that are built. Every source of this
workspace becomes facts and places (WeirSummary); a program's facts become its
findings (WeirLink), and these its report (WeirReport). A comment that moves lines
changes no facts, so nothing is linked.

    bazel build //app --aspects=@weir//:weir.bzl%weir --output_groups=weir_report

writes app.weir.txt and app.weir.sarif beside the program. `weir_test` fails where
something is found.
"""

load("@bazel_tools//tools/cpp:toolchain_utils.bzl", "find_cpp_toolchain")

WeirInfo = provider(
    doc = "What is known of a target and of all it depends on.",
    fields = {
        "facts": "depset of files, for `weir link`",
        "places": "depset of files, for `weir report`",
        "sources": "depset of files that findings may be in",
    },
)

_SOURCES = ["cc", "cpp", "cxx", "c++", "C"]
_COMPILE = "c++-compile"

def _words(ctx, copt):
    """What Bazel makes of an element of copts: variables are replaced, and a shell's words split."""
    variables = {}
    for toolchain in getattr(ctx.rule.attr, "toolchains", []):
        if platform_common.TemplateVariableInfo in toolchain:
            variables.update(toolchain[platform_common.TemplateVariableInfo].variables)
    located = ctx.expand_location(copt, [
        target
        for name in ["srcs", "hdrs", "textual_hdrs", "data", "deps"]
        for target in getattr(ctx.rule.attr, name, [])
    ]) if "$(location" in copt else copt
    return ctx.tokenize(ctx.expand_make_variables("copts", located, variables))

def _command(ctx, compilation):
    toolchain = find_cpp_toolchain(ctx)
    features = cc_common.configure_features(
        ctx = ctx,
        cc_toolchain = toolchain,
        requested_features = ctx.features,
        unsupported_features = ctx.disabled_features,
    )
    copts = [word for each in getattr(ctx.rule.attr, "copts", []) for word in _words(ctx, each)]
    variables = cc_common.create_compile_variables(
        feature_configuration = features,
        cc_toolchain = toolchain,
        user_compile_flags = ctx.fragments.cpp.copts + ctx.fragments.cpp.cxxopts + copts,
        include_directories = compilation.includes,
        quote_include_directories = compilation.quote_includes,
        system_include_directories = compilation.system_includes,
        preprocessor_defines = depset(
            transitive = [compilation.defines, compilation.local_defines],
        ),
    )
    compiler = cc_common.get_tool_for_action(feature_configuration = features, action_name = _COMPILE)
    flags = cc_common.get_memory_inefficient_command_line(
        feature_configuration = features,
        action_name = _COMPILE,
        variables = variables,
    )
    return [compiler] + flags

def _config(ctx):
    """The arguments that name the configuration, and its files."""
    config, models = ctx.files._config, ctx.files._models
    arguments = ["--config-file=" + f.path for f in config] + ["--models=" + f.path for f in models]
    return arguments, config + models

def _summarize(ctx, source, command, headers):
    name = "_weir/%s/%s" % (ctx.label.name, source.short_path.replace("../", ""))
    facts = ctx.actions.declare_file(name + ".facts")
    places = ctx.actions.declare_file(name + ".places")
    unread = ctx.actions.declare_file(name + ".unread")
    config, config_files = _config(ctx)
    step = ctx.actions.args()
    step.add_all(["summarize", source, "-o", facts, "--places", places, "--unread", unread])
    offered = ctx.actions.args()
    offered.use_param_file("--inputs=%s", use_always = True)
    offered.set_param_file_format("multiline")
    offered.add_all(headers)
    flags = ctx.actions.args()
    flags.add_all(config + ["--no-cache", "--"] + command)
    ctx.actions.run(
        executable = ctx.executable._weir,
        arguments = [step, offered, flags],
        inputs = depset([source] + config_files, transitive = [headers]),
        outputs = [facts, places, unread],
        unused_inputs_list = unread,
        mnemonic = "WeirSummary",
        progress_message = "Summarizing " + source.short_path,
    )
    return facts, places

def _report(ctx, known, fail_on):
    """Links and reports; the files of the report, and one with its exit code."""
    name = "_weir/" + ctx.label.name
    findings = ctx.actions.declare_file(name + ".findings")
    config, config_files = _config(ctx)
    link = ctx.actions.args()
    link.add_all(["link", "-o", findings] + config)
    link.use_param_file("@%s")
    link.set_param_file_format("multiline")
    facts = ctx.actions.args()
    facts.use_param_file("@%s", use_always = True)
    facts.set_param_file_format("multiline")
    facts.add_all(known.facts)
    ctx.actions.run(
        executable = ctx.executable._weir,
        arguments = [link, facts],
        inputs = depset(config_files, transitive = [known.facts]),
        outputs = [findings],
        mnemonic = "WeirLink",
        progress_message = "Linking what is known of %s" % ctx.label,
    )
    text = ctx.actions.declare_file(ctx.label.name + ".weir.txt")
    sarif = ctx.actions.declare_file(ctx.label.name + ".weir.sarif")
    code = ctx.actions.declare_file(name + ".code")
    places = ctx.actions.args()
    places.use_param_file("@%s", use_always = True)
    places.set_param_file_format("multiline")
    places.add_all(known.places)
    ctx.actions.run_shell(
        # Findings, and files that do not compile, are what a report is for: no failure of the build.
        command = 'code=$1 && shift && "$@"; echo $? > "$code" && grep -q "^[013]$" "$code"',
        tools = [ctx.executable._weir],
        arguments = [
            code.path,
            ctx.executable._weir.path,
            "report",
            findings.path,
            "--format=text:" + text.path,
            "--format=sarif:" + sarif.path,
            "--fail-on=" + fail_on,
        ] + config + [places],
        inputs = depset([findings] + config_files, transitive = [known.places, known.sources]),
        outputs = [text, sarif, code],
        mnemonic = "WeirReport",
        progress_message = "Reporting on %s" % ctx.label,
    )
    return [text, sarif], code

def _joined(infos, facts = [], places = [], sources = []):
    return WeirInfo(
        facts = depset(facts, transitive = [i.facts for i in infos]),
        places = depset(places, transitive = [i.places for i in infos]),
        sources = depset(sources, transitive = [i.sources for i in infos]),
    )

def _weir_impl(target, ctx):
    below = [
        dep[WeirInfo]
        for name in ["deps", "implementation_deps"]
        for dep in getattr(ctx.rule.attr, name, [])
        if WeirInfo in dep
    ]
    facts, places, sources = [], [], []

    # What is fetched is not ours to judge.
    if CcInfo in target and not target.label.workspace_name:
        compilation = target[CcInfo].compilation_context
        own = [f for name in ["srcs", "hdrs", "textual_hdrs"] for f in getattr(ctx.rule.files, name, [])]
        headers = depset(
            [f for f in own if f.extension not in _SOURCES],
            transitive = [compilation.headers],
        )
        command = _command(ctx, compilation)
        sources = own + compilation.direct_headers
        for source in getattr(ctx.rule.files, "srcs", []):
            if source.extension in _SOURCES:
                one = _summarize(ctx, source, command, headers)
                facts.append(one[0])
                places.append(one[1])
    known = _joined(below, facts, places, sources)
    groups = {"weir_facts": depset(facts + places)}
    if ctx.rule.kind in ["cc_binary", "cc_test", "cc_shared_library"]:
        groups["weir_report"] = depset(_report(ctx, known, "warning")[0])
    return [known, OutputGroupInfo(**groups)]

_TOOLS = {
    "_weir": attr.label(
        default = "@weir_program//:weir",
        executable = True,
        allow_files = True,
        cfg = "exec",
    ),
    "_config": attr.label(default = Label("//:config"), allow_files = True),
    "_models": attr.label(default = Label("//:models"), allow_files = True),
}

weir = aspect(
    doc = "Analyses what is built. Output groups: weir_report, weir_facts.",
    implementation = _weir_impl,
    attr_aspects = ["deps", "implementation_deps"],
    attrs = dict(_TOOLS, _cc_toolchain = attr.label(
        default = Label("@bazel_tools//tools/cpp:current_cc_toolchain"),
    )),
    fragments = ["cpp"],
    toolchains = ["@bazel_tools//tools/cpp:toolchain_type"],
)

def _weir_test_impl(ctx):
    report, code = _report(ctx, _joined([t[WeirInfo] for t in ctx.attr.targets]), ctx.attr.fail_on)
    script = ctx.actions.declare_file(ctx.label.name + ".sh")
    ctx.actions.write(
        script,
        "#!/bin/sh\ncat %s\nexit $(cat %s)\n" % (report[0].short_path, code.short_path),
        is_executable = True,
    )
    return [DefaultInfo(
        executable = script,
        files = depset(report),
        runfiles = ctx.runfiles(files = [report[0], code]),
    )]

weir_test = rule(
    doc = "Fails, with the report, if the program that `targets` make together has findings.",
    implementation = _weir_test_impl,
    test = True,
    attrs = dict(
        _TOOLS,
        targets = attr.label_list(aspects = [weir], mandatory = True, doc = "C++ targets"),
        fail_on = attr.string(
            default = "warning",
            values = ["note", "warning", "error"],
            doc = "the level from which on a finding fails the test",
        ),
    ),
)

def _weir_program_impl(repository):
    path = repository.attr.path or repository.which("weir")
    if not path:
        fail("there is no 'weir' on the PATH; say where it is: weir_program(path = \"…/bin/weir\")")
    repository.symlink(path, "weir")
    repository.file("BUILD.bazel", 'exports_files(["weir"], visibility = ["//visibility:public"])\n')

_weir_program = repository_rule(
    implementation = _weir_program_impl,
    attrs = {"path": attr.string()},
    environ = ["PATH"],
    local = True,
)

def weir_program(path = ""):
    """For the WORKSPACE: which weir is run; without a path, the one on the PATH."""
    _weir_program(name = "weir_program", path = path)
