// Not verified here: these Gradle files are for Android Studio; tools/check_jvm.sh and
// tools/build_apk.sh are what is tested.
pluginManagement {
    repositories {
        google()
        mavenCentral()
        gradlePluginPortal()
    }
}

dependencyResolutionManagement {
    repositoriesMode = RepositoriesMode.FAIL_ON_PROJECT_REPOS
    repositories {
        google()
        mavenCentral()
    }
}

rootProject.name = "edgebert"
include(":core", ":screens", ":app")
