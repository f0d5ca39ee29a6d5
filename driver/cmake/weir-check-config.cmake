# Weir as steps of a CMake build: each source once, the whole program after them.
#
#     set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
#     find_package(weir-check REQUIRED)
#     weir_add_check(lint TARGETS app engine)
#
#     cmake --build build --target lint
#
# Only what has changed is analysed again; a comment that moves lines links nothing
# (with Ninja).

cmake_policy(PUSH)
cmake_policy(VERSION 3.20...3.25)

find_program(WEIR_PROGRAM weir
  HINTS "${CMAKE_CURRENT_LIST_DIR}/../../../bin"
  DOC "the program that weir_add_check runs")
if(NOT WEIR_PROGRAM)
  set(weir-check_FOUND FALSE)
  set(weir-check_NOT_FOUND_MESSAGE "there is no program 'weir'; say where it is: -DWEIR_PROGRAM=…/bin/weir")
endif()

# A source that is not in the target's source folder is made in its build folder.
function(_weir_absolute source target out)
  get_target_property(folder ${target} SOURCE_DIR)
  if(NOT EXISTS ${folder}/${source})
    get_target_property(folder ${target} BINARY_DIR)
  endif()
  cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY ${folder} NORMALIZE)
  set(${out} ${source} PARENT_SCOPE)
endfunction()

# Adds to the list OUT what must be built before TARGET's sources can be read: what makes
# sources of it, or of what it links.
function(_weir_makers target out seen)
  if(NOT TARGET ${target} OR ${target} IN_LIST ${seen})
    return()
  endif()
  list(APPEND ${seen} ${target})
  get_target_property(is_imported ${target} IMPORTED)
  foreach(property AUTOMOC AUTOUIC SOURCES MANUALLY_ADDED_DEPENDENCIES LINK_LIBRARIES INTERFACE_LINK_LIBRARIES)
    get_target_property(${property} ${target} ${property})
    if(NOT ${property})
      set(${property} "")
    endif()
  endforeach()
  list(APPEND ${out} ${MANUALLY_ADDED_DEPENDENCIES})
  if(NOT is_imported)
    set(is_made FALSE)
    if(AUTOMOC OR AUTOUIC)
      set(is_made TRUE)
    endif()
    foreach(source IN LISTS SOURCES)
      if(NOT source MATCHES "\\$<")
        _weir_absolute(${source} ${target} source)
        get_source_file_property(generated ${source} TARGET_DIRECTORY ${target} GENERATED)
        if(generated)
          set(is_made TRUE)
        endif()
      endif()
    endforeach()
    if(is_made)
      list(APPEND ${out} ${target})
    endif()
  endif()
  foreach(linked IN LISTS LINK_LIBRARIES INTERFACE_LINK_LIBRARIES)
    _weir_makers("${linked}" ${out} ${seen})
  endforeach()
  set(${out} ${${out}} PARENT_SCOPE)
  set(${seen} ${${seen}} PARENT_SCOPE)
endfunction()

# weir_add_check(NAME TARGETS target… [ALL] [FAIL_ON level] [FORMATS format:file…] [OPTIONS flag…])
#
# A target NAME that analyses the C++ sources of the targets as one program,
# reports, and fails if there are findings. ALL: it is part of the default build.
# FORMATS: also written, as `weir check --format` takes them, to the current build folder. OPTIONS: for every
# step, as --config-file=….
function(weir_add_check name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "ALL" "FAIL_ON" "TARGETS;FORMATS;OPTIONS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "weir_add_check(${name}): what is '${arg_UNPARSED_ARGUMENTS}'? "
      "weir_add_check(NAME TARGETS target… [ALL] [FAIL_ON level] [FORMATS format…] [OPTIONS flag…])")
  endif()
  if(NOT arg_TARGETS)
    message(FATAL_ERROR "weir_add_check(${name}): which targets? TARGETS app engine")
  endif()
  if(NOT CMAKE_EXPORT_COMPILE_COMMANDS)
    message(FATAL_ERROR "weir_add_check(${name}): the flags of sources are those of the compilation "
      "database; before the targets are made: set(CMAKE_EXPORT_COMPILE_COMMANDS ON)")
  endif()

  set(folder ${CMAKE_CURRENT_BINARY_DIR}/${name}.weir)
  set(step ${WEIR_PROGRAM})
  set(common --root ${CMAKE_SOURCE_DIR} ${arg_OPTIONS})
  set(all_facts "")
  set(all_places "")
  set(all_sources "")
  set(makers "")
  set(seen "")
  foreach(target IN LISTS arg_TARGETS)
    if(NOT TARGET ${target})
      message(FATAL_ERROR "weir_add_check(${name}): there is no target '${target}'")
    endif()
    get_target_property(is_unity ${target} UNITY_BUILD)
    if(is_unity)
      message(FATAL_ERROR "weir_add_check(${name}): '${target}' is compiled as a unity build, so the "
        "compilation database has not its sources; configure with -DCMAKE_UNITY_BUILD=OFF")
    endif()
    _weir_makers(${target} makers seen)
    get_target_property(sources ${target} SOURCES)
    foreach(source IN LISTS sources)
      if(source MATCHES "^\\$<TARGET_OBJECTS:")
        continue()
      endif()
      if(source MATCHES "\\$<")
        message(WARNING "weir_add_check(${name}): not analysed, as it is known only when all is "
          "configured: ${source}")
        continue()
      endif()
      if(NOT source MATCHES "\\.(cpp|cc|cxx|c\\+\\+|C)$")
        continue()
      endif()
      _weir_absolute(${source} ${target} source)
      file(RELATIVE_PATH shown ${CMAKE_SOURCE_DIR} ${source})
      string(MD5 unique ${source})
      cmake_path(GET source FILENAME file)
      string(SUBSTRING ${unique} 0 8 unique)
      set(out ${folder}/${file}.${unique})
      if(${out}.facts IN_LIST all_facts)
        continue()
      endif()
      list(APPEND all_facts ${out}.facts)
      list(APPEND all_places ${out}.places)
      list(APPEND all_sources ${source})
      # First what is always written: facts that are as they were keep their time.
      add_custom_command(OUTPUT ${out}.places ${out}.facts
        COMMAND ${step} summarize ${source} -o ${out}.facts --places ${out}.places
          --depfile ${out}.d -p ${CMAKE_BINARY_DIR} ${common}
        # New flags make the database anew; what they are the same for is in the cache.
        DEPENDS ${source} ${WEIR_PROGRAM} ${CMAKE_BINARY_DIR}/compile_commands.json ${folder}/settings
        WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}
        DEPFILE ${out}.d
        COMMENT "Summarizing ${shown}"
        VERBATIM)
    endforeach()
  endforeach()
  if(NOT all_facts)
    message(FATAL_ERROR "weir_add_check(${name}): the targets have no C++ sources")
  endif()
  list(JOIN all_facts "\n" lines)
  file(GENERATE OUTPUT ${folder}/facts CONTENT "${lines}\n")
  list(JOIN all_places "\n" lines)
  file(GENERATE OUTPUT ${folder}/places CONTENT "${lines}\n")
  # What the depfiles cannot tell: a .clang-tidy may come.
  list(JOIN all_sources "\n" lines)
  file(GENERATE OUTPUT ${folder}/sources CONTENT "${lines}\n")
  add_custom_target(${name}.settings
    COMMAND ${CMAKE_COMMAND} -DSOURCES=${folder}/sources -DOUT=${folder}/settings
      -P ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/weir-settings.cmake
    BYPRODUCTS ${folder}/settings
    COMMENT "Looking for the configuration of ${name}"
    VERBATIM)
  add_custom_command(OUTPUT ${folder}/findings
    COMMAND ${step} link @${folder}/facts -o ${folder}/findings
      --depfile ${folder}/findings.d ${common}
    DEPENDS ${all_facts} ${folder}/facts ${folder}/settings ${WEIR_PROGRAM}
    DEPFILE ${folder}/findings.d
    WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}
    COMMENT "Linking what is known of ${name}"
    VERBATIM)

  set(formats --format=text)
  foreach(format IN LISTS arg_FORMATS)
    if(format MATCHES "^([a-z]+):(.+)$")
      cmake_path(ABSOLUTE_PATH CMAKE_MATCH_2 BASE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR} OUTPUT_VARIABLE file)
      set(format ${CMAKE_MATCH_1}:${file})
    endif()
    list(APPEND formats --format=${format})
  endforeach()
  if(arg_FAIL_ON)
    list(APPEND formats --fail-on=${arg_FAIL_ON})
  endif()
  set(all "")
  if(arg_ALL)
    set(all ALL)
  endif()
  add_custom_target(${name} ${all}
    COMMAND ${step} report ${folder}/findings @${folder}/places ${common} ${formats}
    DEPENDS ${folder}/findings ${all_places}
    WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}
    USES_TERMINAL
    COMMENT "Reporting on ${name}"
    VERBATIM)
  list(REMOVE_DUPLICATES makers)
  add_dependencies(${name} ${name}.settings ${makers})
endfunction()

cmake_policy(POP)
