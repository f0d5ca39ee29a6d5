# find_package(weir): the target weir::weir, and weir::http where libcurl is found.

include(CMakeFindDependencyMacro)
find_dependency(Threads)
include(${CMAKE_CURRENT_LIST_DIR}/weir-targets.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/weir-components.cmake)
