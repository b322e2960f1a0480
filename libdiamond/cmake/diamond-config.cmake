# find_package(diamond): the target diamond::diamond, and what its headers include.
include(CMakeFindDependencyMacro)
find_dependency(nlohmann_json 3.11)
find_dependency(Threads)
include(${CMAKE_CURRENT_LIST_DIR}/diamond-targets.cmake)
