"""The Chinese words: every member of every enum has one, which a test holds."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from service.prose.subject import Aspect, News
from service.records import (
    Access,
    Action,
    Advice,
    EndBasis,
    Flag,
    Kind,
    Qualifier,
    Reason,
    StartBasis,
    Status,
    Vehicle,
)

LABELS = {
    Kind.STATION_OPENING: "启用",
    Kind.REOPENING: "恢复",
    Kind.STATION_CLOSURE: "关闭",
    Kind.STATION_ABOLITION: "撤销",
    Kind.STATION_RENAMING: "更名",
    Kind.TOLLING_START: "开始收费",
    Kind.TOLLING_END: "停止收费",
    Kind.LANE_CLOSURE: "车道",
    Kind.RAMP_CLOSURE: "匝道",
    Kind.ROAD_CLOSURE: "封路",
    Kind.TURN_RESTRICTION: "转弯调头",
    Kind.VEHICLE_RESTRICTION: "限行",
    Kind.SPEED_RESTRICTION: "限速",
    Kind.SERVICE_AREA_CLOSURE: "关闭",
    Kind.TRAFFIC_CONTROL: "管制",
}

PREDICATES = {
    Kind.STATION_OPENING: "启用",
    Kind.REOPENING: "恢复通行",
    Kind.STATION_CLOSURE: "关闭",
    Kind.STATION_ABOLITION: "撤销",
    Kind.STATION_RENAMING: "更名",
    Kind.TOLLING_START: "开始收费",
    Kind.TOLLING_END: "停止收费",
    Kind.LANE_CLOSURE: "封闭部分车道",
    Kind.RAMP_CLOSURE: "封闭",
    Kind.ROAD_CLOSURE: "封闭",
    Kind.TURN_RESTRICTION: "限制转弯或调头",
    Kind.VEHICLE_RESTRICTION: "限制部分车辆通行",
    Kind.SPEED_RESTRICTION: "限速",
    Kind.SERVICE_AREA_CLOSURE: "关闭",
    Kind.TRAFFIC_CONTROL: "实行交通管制",
}

PREFIXES = {
    Action.ANNOUNCE: "",
    Action.RESCHEDULE: "【改期】",
    Action.EXTEND: "【延期】",
    Action.END_EARLY: "【提前结束】",
    Action.CANCEL: "【取消】",
}

UPDATED = "【更新】"

AFTERWORDS = {
    Action.ANNOUNCE: "",
    Action.RESCHEDULE: "时间已调整",
    Action.EXTEND: "期限已延长",
    Action.END_EARLY: "比原定提前结束",
    Action.CANCEL: "现已取消",
}

QUALIFIERS = {Qualifier.NEW: "新", Qualifier.OLD: "原"}

START_WORDS = {
    StartBasis.STATED: "",
    StartBasis.EXPECTED: "预计",
    StartBasis.IMMEDIATE: "",
    StartBasis.PUBLISHED: "",
    StartBasis.AFTER_WORKS: "施工完成后，",
    StartBasis.UNSTATED: "",
}
"""What stands before a start that is known."""

END_WORDS = {
    EndBasis.STATED: "结束时间未说明",
    EndBasis.EXPECTED: "结束时间未说明",
    EndBasis.AFTER_WORKS: "至施工完成",
    EndBasis.UNTIL_FURTHER_NOTICE: "恢复时间另行通知",
    EndBasis.PERMANENT: None,
    EndBasis.UNSTATED: "结束时间未说明",
}
"""What stands for an end that nobody knows."""

VEHICLES = {
    Vehicle.GOODS: "货车",
    Vehicle.HAZMAT: "危化品车",
    Vehicle.BUS: "客车",
    Vehicle.OVERSIZE: "超限车辆",
    Vehicle.TRACTOR_TRAILER: "拖挂车",
    Vehicle.SPOIL: "渣土车",
    Vehicle.SPECIAL: "专项作业车",
    Vehicle.CAR: "小客车",
    Vehicle.MOTORCYCLE: "摩托车",
    Vehicle.NON_ETC: "无ETC车辆",
    Vehicle.NON_LOCAL: "外地号牌车辆",
    Vehicle.OTHER: "其他车辆",
}

REASON_PHRASES = {
    Reason.WORKS: "因施工",
    Reason.WEATHER: "因恶劣天气",
    Reason.VOLUME: "因车流量大",
    Reason.ACCIDENT: "因交通事故",
    Reason.INCIDENT: "因突发情况",
    Reason.EVENT: "因活动保障",
    Reason.EPIDEMIC: "因疫情防控",
    Reason.HOLIDAY: "因节假日交通管理",
    Reason.OTHER: "",
}

ADVICE_SENTENCES = {
    Advice.SLOW_DOWN: "请减速慢行。",
    Advice.DETOUR: "请绕行。",
    Advice.FOLLOW_SIGNS: "请按现场标志通行。",
    Advice.PLAN_AHEAD: "请提前安排路线。",
}

FLAG_SENTENCES = {
    Flag.ASSUMED_YEAR: "年份为推定。",
    Flag.DATE_CONFLICT: "注意：原公告的日期前后不一致，请核对原文。",
    Flag.INCOMPLETE_TEXT: "注意：原公告文字不完整，请核对原文。",
    Flag.UNKNOWN_STATION: "站名未经核对。",
    Flag.DETOUR_RESTRICTED: "注意：推荐的绕行站同期也有封闭或限行。",
    Flag.LANES_EXCEED_TOTAL: "注意：原公告的车道数有矛盾，请核对原文。",
    Flag.LOW_CONFIDENCE: "注意：本条由程序读出，把握不大，请核对原文。",
}

LANES = {
    "emergency": "应急车道",
    "overtaking": "超车道",
    "running": "行车道",
    "slow": "慢车道",
    "left": "左侧车道",
    "middle": "中间车道",
    "right": "右侧车道",
    "etc": "ETC车道",
    "mixed": "混合车道",
    "over_width": "超宽车道",
    "all": "全部车道",
}

NUMERALS = dict(enumerate("一二三四五六七八九", start=1))

LIMIT_WORDS = {
    "speed_kmh": "限速",
    "height_m": "限高",
    "width_m": "限宽",
    "length_m": "限长",
    "weight_t": "限重",
    "axles": "限",
    "seats": "限",
}

LIMIT_UNITS = {
    "speed_kmh": "公里/小时",
    "height_m": "米",
    "width_m": "米",
    "length_m": "米",
    "weight_t": "吨",
    "axles": "轴",
    "seats": "座",
}

ASPECTS = {
    Aspect.ACTION: "状态",
    Aspect.KIND: "变更",
    Aspect.PLACE: "地点",
    Aspect.ACCESS: "出入口、方向",
    Aspect.START: "开始",
    Aspect.END: "结束",
    Aspect.WINDOWS: "每日时段",
    Aspect.LANES: "车道",
    Aspect.VEHICLES: "车辆",
    Aspect.EXEMPT: "不受限车辆",
    Aspect.LIMITS: "限制",
    Aspect.CONTRAFLOW: "借道通行",
    Aspect.DETOURS: "绕行",
    Aspect.RELOCATION: "替代",
    Aspect.RENAMED_TO: "新名称",
    Aspect.REASON: "原因",
    Aspect.ADVICE: "提示",
    Aspect.FLAGS: "存疑",
}

NOTHING = {
    Aspect.WINDOWS: "全天",
    Aspect.VEHICLES: "所有车辆",
    Aspect.CONTRAFLOW: "否",
}
"""What stands for a value that is not there, where that says more than 无."""

NONE = "无"
STANDS, WITHDRAWN = "有效", "已取消"
CONTRAFLOW = "借对向车道双向通行"

NAMES: Mapping[type[StrEnum], Mapping[Any, str]] = {
    Kind: {
        Kind.STATION_OPENING: "收费站启用",
        Kind.REOPENING: "恢复通行",
        Kind.STATION_CLOSURE: "收费站关闭",
        Kind.STATION_ABOLITION: "收费站撤销",
        Kind.STATION_RENAMING: "收费站更名",
        Kind.TOLLING_START: "开始收费",
        Kind.TOLLING_END: "停止收费",
        Kind.LANE_CLOSURE: "车道封闭",
        Kind.RAMP_CLOSURE: "匝道封闭",
        Kind.ROAD_CLOSURE: "道路封闭",
        Kind.TURN_RESTRICTION: "转弯调头受限",
        Kind.VEHICLE_RESTRICTION: "车辆限行",
        Kind.SPEED_RESTRICTION: "临时限速",
        Kind.SERVICE_AREA_CLOSURE: "服务区关闭",
        Kind.TRAFFIC_CONTROL: "交通管制",
    },
    Action: {
        Action.ANNOUNCE: "公告",
        Action.RESCHEDULE: "改期",
        Action.EXTEND: "延期",
        Action.END_EARLY: "提前结束",
        Action.CANCEL: "取消",
    },
    Access: {Access.ENTRY: "入口", Access.EXIT: "出口", Access.BOTH: "出入口"},
    Qualifier: {Qualifier.NEW: "新站", Qualifier.OLD: "原站"},
    Vehicle: VEHICLES,
    Reason: {
        Reason.WORKS: "施工",
        Reason.WEATHER: "天气",
        Reason.VOLUME: "车流量大",
        Reason.ACCIDENT: "交通事故",
        Reason.INCIDENT: "突发情况",
        Reason.EVENT: "活动",
        Reason.EPIDEMIC: "疫情防控",
        Reason.HOLIDAY: "节假日",
        Reason.OTHER: "其他",
    },
    Advice: {
        Advice.SLOW_DOWN: "减速慢行",
        Advice.DETOUR: "绕行",
        Advice.FOLLOW_SIGNS: "按标志通行",
        Advice.PLAN_AHEAD: "提前安排路线",
    },
    Flag: {
        Flag.ASSUMED_YEAR: "年份为推定",
        Flag.DATE_CONFLICT: "日期矛盾",
        Flag.INCOMPLETE_TEXT: "原文不完整",
        Flag.UNKNOWN_STATION: "站名未核对",
        Flag.DETOUR_RESTRICTED: "绕行站受限",
        Flag.LANES_EXCEED_TOTAL: "车道数矛盾",
        Flag.LOW_CONFIDENCE: "把握不大",
    },
    Status: {
        Status.SCHEDULED: "未开始",
        Status.ACTIVE: "进行中",
        Status.ENDED: "已结束",
        Status.CANCELLED: "已取消",
    },
    StartBasis: {
        StartBasis.STATED: "原文写明",
        StartBasis.EXPECTED: "预计",
        StartBasis.IMMEDIATE: "即日起",
        StartBasis.PUBLISHED: "发布时已实行",
        StartBasis.AFTER_WORKS: "施工完成后",
        StartBasis.UNSTATED: "未说明",
    },
    EndBasis: {
        EndBasis.STATED: "原文写明",
        EndBasis.EXPECTED: "预计",
        EndBasis.AFTER_WORKS: "至施工完成",
        EndBasis.UNTIL_FURTHER_NOTICE: "另行通知",
        EndBasis.PERMANENT: "长期",
        EndBasis.UNSTATED: "未说明",
    },
    Aspect: ASPECTS,
    News: {
        News.ADDED: "新增",
        News.CORRECTED: "更正",
        News.UPDATED: "更新",
        News.RESCHEDULED: "改期",
        News.EXTENDED: "延期",
        News.ENDED_EARLY: "提前结束",
        News.REOPENED_EARLY: "提前恢复",
        News.CANCELLED: "取消",
        News.REINSTATED: "照常进行",
    },
}
"""The name of each member, as a label on a page or a category in a feed."""
